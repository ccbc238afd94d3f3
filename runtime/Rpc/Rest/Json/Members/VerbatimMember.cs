using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Rest.Json.Scalars;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Bytes that are JSON text kept as it came, or a JSON string when a sibling says they are something else.</summary>
internal sealed class VerbatimMember<TMessage>(FieldDescriptor descriptor, int index) : JsonMember(descriptor, index)
    where TMessage : class, IMessage<TMessage>
{
    private readonly Func<TMessage, ByteString> _get = Property.Getter<TMessage, ByteString>(descriptor.PropertyName);
    private readonly Action<TMessage, ByteString> _set = Property.Setter<TMessage, ByteString>(descriptor.PropertyName);
    private readonly BytesCodec _base64 = new();
    private readonly Func<TMessage, string> _contentType = Property.Getter<TMessage, string>(
        (
            descriptor.ContainingType.FindFieldByName(
                descriptor.GetOptions().GetExtension(Options.OptionsExtensions.Field).VerbatimJson
            ) ?? throw new InvalidOperationException($"{descriptor.FullName}: verbatim_json names no sibling field.")
        ).PropertyName
    );

    public override bool TakesNull => true;

    public override bool IsDeferred => true;

    public override void Write(Utf8JsonWriter writer, IMessage message)
    {
        if (SkipsEmpty(_get((TMessage)message).IsEmpty))
        {
            return;
        }

        writer.WritePropertyName(Name);
        WriteValue(writer, message);
    }

    public override void WriteValue(Utf8JsonWriter writer, IMessage message)
    {
        var owner = (TMessage)message;
        var bytes = _get(owner);
        var type = Media.KindOf(_contentType(owner));
        if (type == MediaKind.Json && JsonText.IsValid(bytes.Span))
        {
            JsonText.Write(writer, bytes.Span);
        }
        else if (type != MediaKind.Binary && Utf8.IsValid(bytes.Span))
        {
            writer.WriteStringValue(bytes.Span);
        }
        else
        {
            writer.WriteBase64StringValue(bytes.Span);
        }
    }

    public override void Read(ref JsonInput input, IMessage message)
    {
        var owner = (TMessage)message;
        var value = Media.KindOf(_contentType(owner)) switch
        {
            MediaKind.Json => ByteString.CopyFrom(input.TakeRaw()),
            MediaKind.Text => ReadText(ref input),
            _ => _base64.Read(ref input),
        };
        _set(owner, value);
    }

    private static ByteString ReadText(ref JsonInput input)
    {
        input.Expect(JsonTokenType.String, "a string");
        return UnsafeByteOperations.UnsafeWrap(Encoding.UTF8.GetBytes(input.Reader.GetString()!));
    }
}
