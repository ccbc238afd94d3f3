using System.Text.Json;
using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>A message as a JSON object.</summary>
internal sealed class MessageCodec<TMessage>(MessagePlan plan) : ValueCodec<TMessage>
    where TMessage : class, IMessage<TMessage>, new()
{
    public override MessagePlan Plan => plan;

    public override void Write(Utf8JsonWriter writer, TMessage value)
    {
        writer.WriteStartObject();
        plan.WriteMembers(writer, value);
        writer.WriteEndObject();
    }

    public override TMessage Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.StartObject, "an object");
        var message = new TMessage();
        plan.ReadMembers(ref input, message);
        return message;
    }
}
