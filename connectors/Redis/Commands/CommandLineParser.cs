using System.Globalization;
using System.Text;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>
/// Splits a command line as redis-cli does: blanks between arguments, <c>"…"</c> with escapes, <c>'…'</c> with <c>\'</c> only.
/// An argument <c>:name</c> without quotes is a parameter.
/// </summary>
/// <param name="text">The line.</param>
/// <param name="field">Dotted path of the text, for errors.</param>
internal ref struct CommandLineParser(string text, string field)
{
    private readonly string _text = text;
    private readonly string _field = field;
    private int _at;

    public CommandLine Parse()
    {
        var arguments = new List<LineArgument>();
        SkipBlanks(arguments.Count);
        while (_at < _text.Length)
        {
            arguments.Add(_text[_at] == ':' ? ReadParameter() : ReadLiteral());
            SkipBlanks(arguments.Count);
        }

        if (arguments.Count == 0)
        {
            throw ConnectorException.Invalid(_field, "holds no command");
        }

        return arguments[0].Parameter is null
            ? new CommandLine(arguments)
            : throw ConnectorException.Invalid(_field, "must begin with the name of a command, not with a parameter");
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static bool IsBlank(char c) => c is ' ' or (>= '\t' and <= '\r');

    private void SkipBlanks(int arguments)
    {
        var hasLineBreak = false;
        for (; _at < _text.Length && IsBlank(_text[_at]); _at++)
        {
            hasLineBreak |= _text[_at] is '\n' or '\r';
        }

        if (hasLineBreak && arguments > 0 && _at < _text.Length)
        {
            throw ConnectorException.Invalid(_field, "holds more than one line; one line is one command");
        }
    }

    private LineArgument ReadParameter()
    {
        var start = ++_at;
        while (_at < _text.Length && !IsBlank(_text[_at]))
        {
            var c = _text[_at];
            if (!IsNameStart(c) && (_at == start || !char.IsAsciiDigit(c)))
            {
                throw Colon();
            }

            _at++;
        }

        return _at > start ? new LineArgument(null, null, _text[start.._at]) : throw Colon();
    }

    private readonly ConnectorException Colon() =>
        ConnectorException.Invalid(
            _field,
            string.Create(
                CultureInfo.InvariantCulture,
                $"has an argument at position {_at + 1} that begins with a colon and is no parameter; put it in quotes to mean the text"
            )
        );

    private LineArgument ReadLiteral()
    {
        var bytes = new List<byte>();
        while (_at < _text.Length && !IsBlank(_text[_at]))
        {
            if (_text[_at] is '"' or '\'')
            {
                ReadQuoted(bytes, _text[_at]);
            }
            else
            {
                var start = _at;
                while (_at < _text.Length && !IsBlank(_text[_at]) && _text[_at] is not ('"' or '\''))
                {
                    _at++;
                }

                Add(bytes, _text.AsSpan(start, _at - start));
            }
        }

        byte[] literal = [.. bytes];
        using var encoded = new RequestBuffer();
        encoded.Add(literal);
        return new LineArgument(literal, encoded.Span.ToArray(), null);
    }

    private void ReadQuoted(List<byte> bytes, char quote)
    {
        var opened = _at++;
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (_text[_at] == '\\' && (quote == '"' || (_at + 1 < _text.Length && _text[_at + 1] == '\'')))
            {
                ReadEscape(bytes, quote);
                continue;
            }

            var start = _at;
            while (_at < _text.Length && _text[_at] != quote && _text[_at] != '\\')
            {
                _at++;
            }

            if (_at == start)
            {
                // A backslash between single quotes stands for itself.
                _at++;
            }

            Add(bytes, _text.AsSpan(start, _at - start));
        }

        if (_at == _text.Length)
        {
            throw Bad($"has a quote at position {opened + 1} that does not end");
        }

        _at++;
        if (_at < _text.Length && !IsBlank(_text[_at]))
        {
            throw Bad($"has a quote that ends before position {_at + 1} without a blank behind it");
        }
    }

    private void ReadEscape(List<byte> bytes, char quote)
    {
        _at++;
        if (_at == _text.Length)
        {
            throw Bad($"ends within an escape");
        }

        var c = _text[_at];
        if (quote == '"' && c == 'x' && _at + 2 < _text.Length && IsHex(_text[_at + 1]) && IsHex(_text[_at + 2]))
        {
            bytes.Add(Convert.ToByte(_text.Substring(_at + 1, 2), 16));
            _at += 3;
            return;
        }

        var plain = (quote, c) switch
        {
            ('"', 'n') => '\n',
            ('"', 'r') => '\r',
            ('"', 't') => '\t',
            ('"', 'b') => '\b',
            ('"', 'a') => '\a',
            _ => c,
        };
        if (char.IsHighSurrogate(c) && _at + 1 < _text.Length)
        {
            Add(bytes, _text.AsSpan(_at, 2));
            _at += 2;
            return;
        }

        Add(bytes, [plain]);
        _at++;
    }

    private static bool IsHex(char c) => char.IsAsciiHexDigit(c);

    private readonly void Add(List<byte> bytes, ReadOnlySpan<char> text)
    {
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            var utf8 = new byte[strict.GetByteCount(text)];
            strict.GetBytes(text, utf8);
            bytes.AddRange(utf8);
        }
        catch (EncoderFallbackException)
        {
            throw ConnectorException.Invalid(_field, "is not valid Unicode");
        }
    }

    private readonly ConnectorException Bad(FormattableString reason) =>
        ConnectorException.Invalid(_field, FormattableString.Invariant(reason));
}
