using System.Buffers.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>Writes base64; reads base64 and base64url, padded or not.</summary>
internal sealed class BytesCodec : ValueCodec<ByteString>
{
    private const string Wanted = "must be base64";

    public override void Write(Utf8JsonWriter writer, ByteString value) => writer.WriteBase64StringValue(value.Span);

    public override ByteString Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.String, "base64 text");
        return input.Reader.TryGetBytesFromBase64(out var bytes)
            ? UnsafeByteOperations.UnsafeWrap(bytes)
            : Parse(input.Reader.GetString()!);
    }

    public override ByteString Parse(string text)
    {
        var url = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (url.Length % 4 == 1 || url.AsSpan().ContainsAny(" \t\r\n"))
        {
            throw new JsonReadException(Wanted);
        }

        try
        {
            return UnsafeByteOperations.UnsafeWrap(Base64Url.DecodeFromChars(url));
        }
        catch (FormatException e)
        {
            throw new JsonReadException(Wanted, e);
        }
    }

    public override string Format(ByteString value) => value.ToBase64();

    public override bool IsDefault(ByteString value) => value.IsEmpty;
}
