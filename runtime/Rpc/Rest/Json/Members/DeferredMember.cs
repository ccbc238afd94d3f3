using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>A member that can be read only when its siblings are known.</summary>
internal readonly record struct DeferredMember(JsonMember Member, int Start, int End)
{
    public void Read(ReadOnlySpan<byte> text, IMessage message)
    {
        var input = new JsonInput(text[Start..End]);
        try
        {
            input.Reader.Read();
            Member.Read(ref input, message);
        }
        catch (Exception e) when (e is JsonReadException or InvalidOperationException)
        {
            var offset = (e as JsonReadException)?.Offset ?? input.Reader.TokenStartIndex;
            throw new JsonReadException(JsonFault.ReasonOf(e), e) { Offset = Start + offset };
        }
    }
}
