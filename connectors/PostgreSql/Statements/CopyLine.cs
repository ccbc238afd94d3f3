using System.Buffers;
using System.Text.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>Writes rows of JSON values in the text format of <c>COPY</c>, in which the server reads each by its column's type.</summary>
internal static class CopyLine
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\t\n\r\0");

    /// <summary>Writes one row.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="row">Its values.</param>
    /// <param name="columns">How many it must have.</param>
    /// <param name="field">Dotted path of the row, for errors.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, with the field.</exception>
    public static void Write(TextWriter writer, JsonElement row, int columns, string field)
    {
        if (row.GetArrayLength() != columns)
        {
            throw ConnectorException.Invalid(field, $"must hold {columns} values, one for each column");
        }

        var isFirst = true;
        foreach (var value in row.EnumerateArray())
        {
            if (!isFirst)
            {
                writer.Write('\t');
            }

            isFirst = false;
            Write(writer, value, field);
        }

        writer.Write('\n');
    }

    private static void Write(TextWriter writer, JsonElement value, string field)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                writer.Write("\\N");
                break;
            case JsonValueKind.String:
                Escape(writer, value.GetString(), field);
                break;
            default:
                // Numbers and truth values are written as PostgreSQL writes them too; the rest is for a column of type json.
                Escape(writer, value.GetRawText(), field);
                break;
        }
    }

    private static void Escape(TextWriter writer, ReadOnlySpan<char> text, string field)
    {
        for (int next; (next = text.IndexOfAny(Escaped)) >= 0; text = text[(next + 1)..])
        {
            writer.Write(text[..next]);
            writer.Write(
                text[next] switch
                {
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\\' => @"\\",
                    _ => throw ConnectorException.Invalid(field, "holds NUL, which PostgreSQL cannot store"),
                }
            );
        }

        writer.Write(text);
    }
}
