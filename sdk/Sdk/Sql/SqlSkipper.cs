using System.Globalization;

namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>Finds the end of what hides its content from the engine's grammar: quotes and comments.</summary>
internal sealed class SqlSkipper(string text, SqlDialect dialect, string field)
{
    public static ConnectorException Refuse(string field, int position, string reason) =>
        ConnectorException.Invalid(
            field,
            string.Create(CultureInfo.InvariantCulture, $"cannot be used at position {position + 1}: {reason}")
        );

    /// <summary>Skips a comment that starts here.</summary>
    /// <param name="start">Where to look.</param>
    /// <returns>The position behind it; the start when there is none.</returns>
    public int Comment(int start)
    {
        var first = text[start];
        if (first == '#')
        {
            return Has(SqlDialect.HashComments) ? LineEnd(start) : start;
        }

        if (first == '-' && Is(start + 1, '-'))
        {
            // Control characters count as white space here, and DEL is one of them.
            return
                !Has(SqlDialect.SpacedDashComments) || start + 2 >= text.Length || text[start + 2] is <= ' ' or '\u007f'
                ? LineEnd(start)
                : start;
        }

        return first == '/' && Is(start + 1, '*') ? BlockEnd(start) : start;
    }

    /// <summary>Skips a quoted text or name.</summary>
    /// <param name="start">Where its opening quote stands.</param>
    /// <returns>The position behind the closing quote.</returns>
    public int Quoted(int start)
    {
        var quote = text[start];
        return quote == '['
            ? QuoteEnd(start, ']', backslash: false, doubled: false)
            : QuoteEnd(start, quote, quote != '`' && Has(SqlDialect.BackslashEscapes), doubled: true);
    }

    /// <summary>Skips <c>'…'</c> of an <c>E'…'</c>, with the parts that go on behind a line end.</summary>
    /// <param name="start">Where its opening quote stands.</param>
    /// <returns>The position behind the last closing quote.</returns>
    public int EscapeString(int start)
    {
        while (true)
        {
            var end = QuoteEnd(start, '\'', backslash: true, doubled: true);
            var next = NextPart(end);
            if (next < 0)
            {
                return end;
            }

            start = next;
        }
    }

    /// <summary>Skips a dollar-quoted text.</summary>
    /// <param name="start">Where its first dollar stands.</param>
    /// <returns>The position behind the last dollar; behind the first one when it starts no quote.</returns>
    public int DollarQuoted(int start)
    {
        var tag = start + 1;
        while (tag < text.Length && (char.IsAsciiLetterOrDigit(text[tag]) || text[tag] == '_' || text[tag] >= '\u0080'))
        {
            tag++;
        }

        if (!Is(tag, '$'))
        {
            return start + 1;
        }

        var delimiter = text[start..(tag + 1)];
        var end = text.IndexOf(delimiter, tag + 1, StringComparison.Ordinal);
        return end >= 0 ? end + delimiter.Length : throw Refuse(field, start, "a dollar quote does not end");
    }

    /// <summary>Finds the part of a quoted text that goes on behind a line end; -1 when there is none.</summary>
    private int NextPart(int end)
    {
        var next = end;
        var newLine = false;
        while (next < text.Length)
        {
            if (text[next] <= ' ')
            {
                newLine |= text[next] is '\n' or '\r';
                next++;
            }
            else if (newLine && text[next] == '-' && Is(next + 1, '-'))
            {
                next = LineEnd(next);
            }
            else
            {
                break;
            }
        }

        return newLine && Is(next, '\'') ? next : -1;
    }

    private int QuoteEnd(int start, char quote, bool backslash, bool doubled)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (backslash && text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == quote)
            {
                if (!doubled || !Is(at + 1, quote))
                {
                    return at + 1;
                }

                at++;
            }
        }

        throw Refuse(field, start, "a quote does not end");
    }

    private int LineEnd(int start)
    {
        var end = Has(SqlDialect.CarriageReturnEndsComments)
            ? text.AsSpan(start).IndexOfAny('\n', '\r')
            : text.AsSpan(start).IndexOf('\n');
        return end < 0 ? text.Length : start + end + 1;
    }

    private int BlockEnd(int start)
    {
        if (Has(SqlDialect.ExecutableComments) && (Is(start + 2, '!') || (Is(start + 2, 'M') && Is(start + 3, '!'))))
        {
            throw Refuse(field, start, "the engine would run this comment");
        }

        var isHint = Has(SqlDialect.ExecutableComments) && Is(start + 2, '+');
        var depth = 1;
        for (var at = start + 2; at < text.Length - 1; at++)
        {
            if (text[at] == '*' && text[at + 1] == '/')
            {
                at++;
                if (--depth == 0)
                {
                    return at + 1;
                }
            }
            else if (isHint && text[at] is '\'' or '"' or '`')
            {
                // Where the engine reads hints, their end may stand in a quote; elsewhere it ends the comment.
                throw Refuse(field, at, "a hint must hold no quotes");
            }
            else if (Has(SqlDialect.NestedComments) && text[at] == '/' && text[at + 1] == '*')
            {
                at++;
                depth++;
            }
        }

        throw Refuse(field, start, "a comment does not end");
    }

    private bool Has(SqlDialect flag) => (dialect & flag) != SqlDialect.Standard;

    private bool Is(int position, char expected) => position < text.Length && text[position] == expected;
}
