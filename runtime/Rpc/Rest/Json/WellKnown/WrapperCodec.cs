using System.Text.Json;
using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>A wrapper message (Int32Value …) standing alone: written as the value it holds.</summary>
internal sealed class WrapperCodec<TMessage, T>(Func<TMessage, T> get, Action<TMessage, T> set, ValueCodec<T> inner)
    : ValueCodec<TMessage>
    where TMessage : class, IMessage<TMessage>, new()
{
    public override void Write(Utf8JsonWriter writer, TMessage value) => inner.Write(writer, get(value));

    public override TMessage Read(ref JsonInput input)
    {
        var message = new TMessage();
        set(message, inner.Read(ref input));
        return message;
    }
}
