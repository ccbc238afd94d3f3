using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>
/// How the messages of one type become bytes and come from them, as objects: transports differ by virtual methods, and a
/// virtual method that is also generic would be looked up in a table at every call.
/// </summary>
/// <param name="Parse">Reads a message.</param>
/// <param name="Write">Writes a message of this type.</param>
public sealed record MessageFormat(
    Func<DeserializationContext, object> Parse,
    Action<object, SerializationContext> Write
)
{
    public static MessageFormat Of<T>(Marshaller<T> marshaller)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(marshaller);
        var write = marshaller.ContextualSerializer;
        return new(marshaller.ContextualDeserializer, (message, context) => write((T)message, context));
    }
}
