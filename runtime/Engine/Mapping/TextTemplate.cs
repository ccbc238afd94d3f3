using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>A text with paths in braces; doubled braces are braces. Immutable.</summary>
internal sealed class TextTemplate
{
    private readonly List<(string Text, FieldPath? Path)> _parts;

    private TextTemplate(List<(string Text, FieldPath? Path)> parts) => _parts = parts;

    /// <exception cref="FormatException">It is no template; the message says why.</exception>
    public static TextTemplate Parse(string text)
    {
        var parts = new List<(string, FieldPath?)>();
        var literal = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (character is '{' or '}' && index + 1 < text.Length && text[index + 1] == character)
            {
                literal.Append(character);
                index++;
            }
            else if (character is '{')
            {
                var end = text.IndexOf('}', index);
                if (end < 0)
                {
                    throw new FormatException("has a brace that is not closed");
                }

                parts.Add((literal.ToString(), FieldPath.Parse(text[(index + 1)..end])));
                literal.Clear();
                index = end;
            }
            else if (character is '}')
            {
                throw new FormatException("has a brace that is not opened; write }} for a brace");
            }
            else
            {
                literal.Append(character);
            }
        }

        parts.Add((literal.ToString(), null));
        return new TextTemplate(parts);
    }

    /// <summary>The text for a record; what is missing or null leaves nothing.</summary>
    public string Fill(JsonObject record)
    {
        var text = new StringBuilder();
        foreach (var (literal, path) in _parts)
        {
            text.Append(literal);
            if (path is not null && path.TryFind(record, out var value) && value is not null)
            {
                text.Append(TextOf(value));
            }
        }

        return text.ToString();
    }

    /// <summary>A text as it is, everything else as JSON.</summary>
    public static string TextOf(JsonNode? value) =>
        value is null ? "null"
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : value.ToJsonString();
}
