namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>Walks over a text once, token by token, as the engine's own lexer would.</summary>
internal sealed class SqlScanner(string text, SqlDialect dialect, string field)
{
    private readonly SqlScan _scan = new(dialect.HasFlag(SqlDialect.TriggerBodies));
    private readonly SqlSkipper _skip = new(text, dialect, field);
    private int _at;

    /// <summary>Scans to the end.</summary>
    /// <returns>What was found.</returns>
    /// <exception cref="ConnectorException">The text cannot be judged safely.</exception>
    public SqlScan Run()
    {
        // Engines written in C end the text here; what follows would be checked but not run, or the other way round.
        if (text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
        {
            throw Refuse(nul, "NUL is not allowed");
        }

        while (_at < text.Length)
        {
            _at = Next(text[_at]);
        }

        return _scan;
    }

    private int Next(char current)
    {
        if (current is ' ' or '\t' or '\r' or '\n' or '\f' or '\v')
        {
            return _at + 1;
        }

        if (_skip.Comment(_at) is var comment && comment != _at)
        {
            return comment;
        }

        if (IsWordStart(current) || char.IsAsciiDigit(current))
        {
            return Word(current);
        }

        switch (current)
        {
            case '\'' or '"':
            case '`' when Has(SqlDialect.BacktickNames):
            case '[' when Has(SqlDialect.BracketNames):
                _scan.Other();
                return _skip.Quoted(_at);
            case ';':
                _scan.Semicolon();
                return _at + 1;
            case ':':
                return Colon();
            case '$' when Has(SqlDialect.DollarQuotes | SqlDialect.NumberedParameters):
                return Dollar();
            case '?' when Has(SqlDialect.QuestionParameters):
                throw Positional();
            case '@' or '$' or '#' when Has(SqlDialect.SigilParameters) && IsWordPart(Peek(1)):
                throw Positional();
            default:
                _scan.Symbol(current);
                return _at + 1;
        }
    }

    private int Word(char first)
    {
        // A dollar belongs to a name, but ends a number.
        var number = char.IsAsciiDigit(first);
        var end = _at + 1;
        while (end < text.Length && IsWordPart(text[end]) && !(number && text[end] == '$'))
        {
            end++;
        }

        if (number && end < text.Length && text[end] == '$')
        {
            throw Refuse(end, "'$' must not follow a number");
        }

        // MySQL 9 reads $$…$$ and $tag$…$tag$ as texts; before, these were names, and a quote between them was a quote.
        if (first == '$' && text.AsSpan(_at + 1, end - _at - 1).Contains('$'))
        {
            throw Refuse(_at, "a name must not begin as a dollar quote does");
        }

        _scan.Word(text.AsSpan(_at, end - _at));
        return Has(SqlDialect.EscapeStrings) && end - _at == 1 && first is 'e' or 'E' && Is(end, '\'')
            ? _skip.EscapeString(end)
            : end;
    }

    private int Colon()
    {
        var next = Peek(1);
        if (next is ':' or '=')
        {
            _scan.Other();
            return _at + 2;
        }

        if (char.IsAsciiDigit(next) && Has(SqlDialect.SigilParameters))
        {
            throw Positional();
        }

        if (!IsNameStart(next) || (Has(SqlDialect.ColonsInsideWords) && _at > 0 && IsWordPart(text[_at - 1])))
        {
            _scan.Other();
            return _at + 1;
        }

        return Parameter();
    }

    private int Parameter()
    {
        var end = _at + 2;
        while (end < text.Length && (IsNameStart(text[end]) || char.IsAsciiDigit(text[end])))
        {
            end++;
        }

        // PostgreSQL would read a quote here, and SQLite takes '$', '(…)' and '::' for a part of the name.
        var follower = end < text.Length ? text[end] : ' ';
        if (
            follower == '$'
            || (Has(SqlDialect.SigilParameters) && (follower == '(' || (follower == ':' && Is(end + 1, ':'))))
        )
        {
            throw Refuse(end, "a parameter must be followed by a space or an operator");
        }

        _scan.Parameter(text[(_at + 1)..end], _at, end - _at);
        return end;
    }

    private int Dollar()
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            throw Positional();
        }

        _scan.Other();
        return _skip.DollarQuoted(_at);
    }

    private bool Has(SqlDialect flag) => (dialect & flag) != SqlDialect.Standard;

    private bool Is(int position, char expected) => position < text.Length && text[position] == expected;

    private char Peek(int distance) => _at + distance < text.Length ? text[_at + distance] : ' ';

    private bool IsWordStart(char c) =>
        IsNameStart(c) || (c == '$' && !Has(SqlDialect.DollarQuotes | SqlDialect.SigilParameters));

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static bool IsWordPart(char c) => IsNameStart(c) || char.IsAsciiDigit(c) || c == '$';

    private ConnectorException Positional() => Refuse(_at, "parameters are written :name, with a letter first");

    private ConnectorException Refuse(int position, string reason) => SqlSkipper.Refuse(field, position, reason);
}
