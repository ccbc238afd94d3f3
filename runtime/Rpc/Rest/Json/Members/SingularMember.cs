using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>A field that holds one value.</summary>
internal sealed class SingularMember<TMessage, T>(FieldDescriptor descriptor, int index, ValueCodec<T> codec)
    : JsonMember(descriptor, index)
    where TMessage : class, IMessage<TMessage>
{
    private readonly Func<TMessage, T> _get = Property.Getter<TMessage, T>(descriptor.PropertyName);
    private readonly Action<TMessage, T> _set = Property.Setter<TMessage, T>(descriptor.PropertyName);
    private readonly Func<TMessage, bool>? _has = descriptor.HasPresence ? Presence(descriptor) : null;

    public override bool TakesNull => codec.TakesNull;

    public override MessagePlan? Nested => codec.Plan;

    public override void Write(Utf8JsonWriter writer, IMessage message)
    {
        var owner = (TMessage)message;
        if (_has is not null && !_has(owner))
        {
            if (Rules.Nullable)
            {
                writer.WriteNull(Name);
            }

            return;
        }

        var value = _get(owner);
        if (_has is null && Rules.OmitDefault && codec.IsDefault(value))
        {
            return;
        }

        writer.WritePropertyName(Name);
        codec.Write(writer, value);
    }

    public override void WriteValue(Utf8JsonWriter writer, IMessage message)
    {
        var owner = (TMessage)message;
        if (_has is not null && !_has(owner))
        {
            writer.WriteNullValue();
        }
        else
        {
            codec.Write(writer, _get(owner));
        }
    }

    public override void Read(ref JsonInput input, IMessage message) => _set((TMessage)message, codec.Read(ref input));

    public override void Parse(IMessage message, string text) => _set((TMessage)message, codec.Parse(text));

    public override string? Format(IMessage message)
    {
        var owner = (TMessage)message;
        if (_has is not null && !_has(owner))
        {
            return null;
        }

        var value = _get(owner);
        return _has is null && codec.IsDefault(value) ? null : codec.Format(value);
    }

    public override IMessage? Descend(IMessage message)
    {
        if (codec.Plan is not { } plan)
        {
            return null;
        }

        var owner = (TMessage)message;
        if (_get(owner) is IMessage present)
        {
            return present;
        }

        var created = plan.Descriptor.Parser.ParseFrom([]);
        _set(owner, (T)created);
        return created;
    }

    private static Func<TMessage, bool> Presence(FieldDescriptor descriptor)
    {
        if (descriptor.FieldType is FieldType.Message or FieldType.Group)
        {
            var get = Property.Getter<TMessage, T>(descriptor.PropertyName);
            return message => get(message) is not null;
        }

        return Property.HasGetter<TMessage>("Has" + descriptor.PropertyName)
            ?? (message => descriptor.Accessor.HasValue(message));
    }
}
