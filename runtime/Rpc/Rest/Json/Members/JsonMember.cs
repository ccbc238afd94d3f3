using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>One field of a message as a member of its JSON object.</summary>
internal abstract class JsonMember
{
    protected JsonMember(FieldDescriptor descriptor, int index)
    {
        Descriptor = descriptor;
        Index = index;
        Rules = descriptor.GetOptions()?.GetExtension(OptionsExtensions.Field) ?? new FieldRules();
        Name = JsonEncodedText.Encode(descriptor.JsonName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
    }

    public FieldDescriptor Descriptor { get; }

    public FieldRules Rules { get; }

    public JsonEncodedText Name { get; }

    public ReadOnlySpan<byte> Utf8Name => Name.EncodedUtf8Bytes;

    /// <summary>Place among the members of the body.</summary>
    public int Index { get; }

    public virtual bool TakesNull => false;

    /// <summary>The members of the message in this field; null when it holds something else.</summary>
    public virtual MessagePlan? Nested => null;

    /// <summary>The member is read after its siblings.</summary>
    public virtual bool IsDeferred => false;

    /// <summary>Writes name and value, unless the rules leave the member out.</summary>
    public abstract void Write(Utf8JsonWriter writer, IMessage message);

    /// <summary>Writes the value alone.</summary>
    public abstract void WriteValue(Utf8JsonWriter writer, IMessage message);

    /// <summary>Writes each element of a list by itself and returns their number; -1 when this is no list.</summary>
    public virtual int WriteElements(Utf8JsonWriter writer, IMessage message, Action<Utf8JsonWriter> afterEach) => -1;

    /// <summary>Takes over what an earlier message of the same stream said once for all.</summary>
    public virtual void Inherit(IMessage message, IMessage earlier) { }

    /// <summary>Reads the value the reader stands on.</summary>
    public abstract void Read(ref JsonInput input, IMessage message);

    /// <summary>Sets the field, or adds to the list, from a path segment, query parameter or header.</summary>
    public virtual void Parse(IMessage message, string text) => throw new JsonReadException("cannot be given as text");

    /// <summary>The value as a header, or null when it is absent.</summary>
    public virtual string? Format(IMessage message) => null;

    /// <summary>The message in this field, created when absent; null when the field is no message.</summary>
    public virtual IMessage? Descend(IMessage message) => null;

    protected bool SkipsEmpty(bool isEmpty) => isEmpty && Rules.OmitDefault;
}
