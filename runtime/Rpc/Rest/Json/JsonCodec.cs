using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.Json.Members;
using Yyc3.Connectors.Rpc.Rest.Json.Scalars;
using Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Messages to UTF-8 JSON and back, by the rules of the wire options; one plan per message type.</summary>
public sealed class JsonCodec
{
    private readonly Lock _gate = new();
    private readonly HashSet<FileDescriptor> _files = [];
    private readonly ConcurrentDictionary<MessageDescriptor, UntypedCodec> _messages = new();
    private readonly ConcurrentDictionary<EnumDescriptor, UntypedCodec> _enums = new();
    private readonly DynamicValueCodec _values = new();
    private volatile TypeRegistry _types = TypeRegistry.Empty;

    public JsonCodec()
        : this(Google.Rpc.ErrorDetailsReflection.Descriptor, Google.Rpc.StatusReflection.Descriptor) { }

    /// <summary>A codec that knows the messages of these files.</summary>
    /// <param name="files">Their messages may stand in a <c>google.protobuf.Any</c>.</param>
    public JsonCodec(params IEnumerable<FileDescriptor> files) => AddTypes(files);

    /// <summary>Chinese text stays readable; answers are never put into HTML.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal TextCodec Text { get; } = new();

    internal BytesCodec Bytes { get; } = new();

    public void AddTypes(params IEnumerable<FileDescriptor> files)
    {
        lock (_gate)
        {
            _files.UnionWith(files);
            _types = TypeRegistry.FromFiles(_files);
        }
    }

    public void Write(Utf8JsonWriter writer, IMessage message) => Of(message.Descriptor).WriteObject(writer, message);

    public void Write(IBufferWriter<byte> output, IMessage message)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        Write(writer, message);
    }

    /// <summary>Reads a message from the whole text.</summary>
    /// <exception cref="JsonReadException">The text is not JSON or does not fit the message.</exception>
    public IMessage Read(MessageDescriptor type, ReadOnlySpan<byte> json, string path = "") =>
        (IMessage)Read(Of(type), json, path);

    public TMessage Read<TMessage>(ReadOnlySpan<byte> json)
        where TMessage : IMessage<TMessage>, new() => (TMessage)Read(new TMessage().Descriptor, json);

    /// <summary>Reads JSON into one member of a message.</summary>
    internal static void ReadMember(JsonMember member, IMessage message, ReadOnlySpan<byte> json, string path) =>
        Read(json, path, member.TakesNull, (ref JsonInput input) => member.Read(ref input, message));

    private static object Read(UntypedCodec codec, ReadOnlySpan<byte> json, string path)
    {
        object? value = null;
        Read(json, path, codec.TakesNull, (ref JsonInput input) => value = codec.ReadObject(ref input));
        return value!;
    }

    private static void Read(ReadOnlySpan<byte> json, string path, bool takesNull, ReadStep read)
    {
        var text = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        RefuseInvalidUtf8(text, path);
        var input = new JsonInput(text);
        try
        {
            input.Reader.Read();
            if (input.IsNull && !takesNull)
            {
                throw new JsonReadException("must not be null");
            }

            read(ref input);

            // Anything behind the value makes this throw.
            input.Reader.Read();
        }
        catch (Exception e) when (e is JsonReadException or JsonException or InvalidOperationException)
        {
            throw JsonFault.Describe(e, ref input, path);
        }
    }

    internal MessageDescriptor? FindType(string fullName) => _types.Find(fullName);

    internal MessagePlan? PlanOf(MessageDescriptor type) => Of(type).Plan;

    internal UntypedCodec Of(MessageDescriptor type) =>
        _messages.TryGetValue(type, out var codec) ? codec : _messages.GetOrAdd(type, Create);

    internal UntypedCodec Of(EnumDescriptor type) =>
        _enums.GetOrAdd(
            type,
            static type =>
                type.ClrType == typeof(NullValue)
                    ? new NullValueCodec()
                    : Build(typeof(EnumCodec<>), [type.ClrType], type)
        );

    private UntypedCodec Create(MessageDescriptor type)
    {
        if (type.File.Package == "google.protobuf" && WellKnown(type) is { } codec)
        {
            return codec;
        }

        return type.GetOptions()?.GetExtension(OptionsExtensions.Message)?.BareValue == true
            ? Build(typeof(BareValueCodec<>), [type.ClrType], type, this)
            : Build(typeof(MessageCodec<>), [type.ClrType], new MessagePlan(type, this));
    }

    private UntypedCodec? WellKnown(MessageDescriptor type) =>
        type.Name switch
        {
            nameof(Timestamp) => new TimestampCodec(),
            nameof(Duration) => new DurationCodec(),
            nameof(FieldMask) => new FieldMaskCodec(),
            nameof(Struct) => _values.Objects,
            nameof(Value) => _values,
            nameof(ListValue) => _values.Lists,
            nameof(Any) => new AnyCodec(this),
            _ => WrapperTypes.ValueField(type) is { } field ? Wrapper(type, field) : null,
        };

    private UntypedCodec Wrapper(MessageDescriptor type, FieldDescriptor field)
    {
        var property = type.ClrType.GetProperty(field.PropertyName)!;
        return Build(
            typeof(WrapperCodec<,>),
            [type.ClrType, property.PropertyType],
            property.GetMethod!.CreateDelegate(typeof(Func<,>).MakeGenericType(type.ClrType, property.PropertyType)),
            property.SetMethod!.CreateDelegate(typeof(Action<,>).MakeGenericType(type.ClrType, property.PropertyType)),
            JsonMemberFactory.CodecOf(field, this)
        );
    }

    private static UntypedCodec Build(System.Type open, System.Type[] arguments, params object[] values) =>
        (UntypedCodec)Activator.CreateInstance(open.MakeGenericType(arguments), values)!;

    private delegate void ReadStep(ref JsonInput input);

    private static void RefuseInvalidUtf8(ReadOnlySpan<byte> text, string path)
    {
        if (Utf8.IsValid(text))
        {
            return;
        }

        var start = 0;
        while (Rune.DecodeFromUtf8(text[start..], out _, out var length) == OperationStatus.Done)
        {
            start += length;
        }

        throw new JsonReadException(
            JsonFault.Join(path, JsonPath.Locate(text, start)),
            "is not valid UTF-8",
            malformed: true
        );
    }
}
