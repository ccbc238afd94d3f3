using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>Paths in camelCase, joined by commas.</summary>
internal sealed class FieldMaskCodec : ValueCodec<FieldMask>
{
    public override void Write(Utf8JsonWriter writer, FieldMask value) => writer.WriteStringValue(Format(value));

    public override FieldMask Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.String, "field paths joined by commas");
        return Parse(input.Reader.GetString()!);
    }

    public override FieldMask Parse(string text)
    {
        var mask = new FieldMask();
        foreach (var path in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            mask.Paths.Add(ToSnake(path));
        }

        return mask;
    }

    public override string Format(FieldMask value) => string.Join(',', value.Paths.Select(ToCamel));

    private static string ToCamel(string path)
    {
        var text = new StringBuilder(path.Length);
        var raise = false;
        foreach (var letter in path)
        {
            if (letter == '_')
            {
                raise = true;
                continue;
            }

            text.Append(raise ? char.ToUpperInvariant(letter) : letter);
            raise = false;
        }

        return text.ToString();
    }

    private static string ToSnake(string path)
    {
        var text = new StringBuilder(path.Length + 4);
        foreach (var letter in path)
        {
            if (letter is not ('.' or (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z')))
            {
                throw new JsonReadException("must be field paths in camelCase joined by commas");
            }

            if (char.IsAsciiLetterUpper(letter))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
