namespace Yyc3.Connectors.MySql.Statements;

/// <summary>
/// The words of a statement that stand outside of texts and comments, as the server's lexer finds them. The text has passed the
/// tokenizer, so every quote and comment ends and none is run.
/// </summary>
/// <param name="text">The statement.</param>
internal ref struct StatementWords(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The word found; a name without its backticks.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether it stands in backticks, so that it is a name.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Finds the next word.</summary>
    /// <returns>False when there is none.</returns>
    public bool MoveNext()
    {
        while (_rest.Length > 0)
        {
            var length = TokenLength(out var isWord);
            var token = _rest[..length];
            _rest = _rest[length..];
            if (isWord)
            {
                IsQuoted = token[0] == '`';
                Current = IsQuoted ? token[1..^1] : token;
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the word is a keyword, or a number with one behind it: the server reads <c>1e5into</c> as a number and <c>INTO</c>.
    /// </summary>
    /// <param name="keyword">In upper case.</param>
    /// <returns>True when it is.</returns>
    public readonly bool Is(string keyword) =>
        !IsQuoted
        && (
            char.IsAsciiDigit(Current[0])
                ? Current.EndsWith(keyword, StringComparison.OrdinalIgnoreCase)
                : Current.Equals(keyword, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Whether the word may call a function; a name in backticks may, too.</summary>
    /// <param name="function">In upper case.</param>
    /// <returns>True when it may.</returns>
    public readonly bool Names(string function) =>
        IsQuoted ? Current.Equals(function, StringComparison.OrdinalIgnoreCase) : Is(function);

    private readonly int TokenLength(out bool isWord)
    {
        isWord = false;
        switch (_rest[0])
        {
            case '\'' or '"':
                return QuotedLength(hasEscapes: true);
            case '`':
                isWord = true;
                return QuotedLength(hasEscapes: false);
            case '#':
                return LineLength();
            case '-' when _rest is ['-', '-'] or ['-', '-', <= ' ' or '\u007f', ..]:
                return LineLength();
            case '/' when _rest is ['/', '*', ..]:
                return _rest[2..].IndexOf("*/", StringComparison.Ordinal) is >= 0 and var end ? end + 4 : _rest.Length;
        }

        var length = 0;
        while (length < _rest.Length && IsWordPart(_rest[length]))
        {
            length++;
        }

        isWord = length > 0;
        return Math.Max(1, length);
    }

    private readonly int LineLength() => _rest.IndexOf('\n') is >= 0 and var end ? end + 1 : _rest.Length;

    private readonly int QuotedLength(bool hasEscapes)
    {
        var quote = _rest[0];
        for (var at = 1; at < _rest.Length; at++)
        {
            if (hasEscapes && _rest[at] == '\\')
            {
                at++;
            }
            else if (_rest[at] == quote)
            {
                if (at + 1 == _rest.Length || _rest[at + 1] != quote)
                {
                    return at + 1;
                }

                at++;
            }
        }

        return _rest.Length;
    }

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or >= '\u0080';
}
