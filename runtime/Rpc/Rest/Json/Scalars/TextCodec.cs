using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class TextCodec : ValueCodec<string>
{
    public override void Write(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);

    public override string Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.String, "a string");
        return input.Reader.GetString()!;
    }

    public override string Parse(string text) => text;

    public override string Format(string value) => value;

    public override bool IsDefault(string value) => value.Length == 0;
}
