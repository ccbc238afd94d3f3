using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class BoolCodec : ValueCodec<bool>
{
    private const string Wanted = "must be true or false";

    public override void Write(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);

    public override bool Read(ref JsonInput input) =>
        input.Reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw new JsonReadException(Wanted),
        };

    public override bool Parse(string text) =>
        text switch
        {
            "true" => true,
            "false" => false,
            _ => throw new JsonReadException(Wanted),
        };

    public override string Format(bool value) => value ? "true" : "false";
}
