using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Rest.Json.Members;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>A oneof of scalar kinds written as the bare JSON value it holds.</summary>
internal sealed class BareValueCodec<TMessage> : ValueCodec<TMessage>
    where TMessage : class, IMessage<TMessage>, new()
{
    private const string NullKind = "null_value";
    private const string BoolKind = "bool_value";
    private const string IntegerKind = "int64_value";
    private const string DoubleKind = "double_value";
    private const string DecimalKind = "decimal_value";
    private const string StringKind = "string_value";
    private const string JsonKind = "json_value";

    private readonly Func<TMessage, int> _kind;
    private readonly Dictionary<string, JsonMember> _byName = new(StringComparer.Ordinal);
    private readonly JsonMember?[] _byNumber;
    private readonly Func<TMessage, string>? _json;
    private readonly int _jsonNumber;
    private readonly int _nullNumber;

    public BareValueCodec(MessageDescriptor descriptor, JsonCodec codecs)
    {
        var fields = descriptor.Fields.InFieldNumberOrder();
        if (descriptor.RealOneofCount != 1 || fields.Any(field => field.RealContainingOneof is null))
        {
            throw new InvalidOperationException($"{descriptor.FullName}: bare_value needs a message of one oneof.");
        }

        _kind = CaseGetter();
        _byNumber = new JsonMember?[fields.Max(field => field.FieldNumber) + 1];
        foreach (var field in fields)
        {
            var member = JsonMemberFactory.Create(field, codecs, 0);
            _byName[field.Name] = member;
            _byNumber[field.FieldNumber] = member;
        }

        _nullNumber = descriptor.FindFieldByName(NullKind)?.FieldNumber ?? 0;
        if (descriptor.FindFieldByName(JsonKind) is { } json)
        {
            _jsonNumber = json.FieldNumber;
            _json = Property.Getter<TMessage, string>(json.PropertyName);
        }
    }

    public override bool TakesNull => true;

    public override void Write(Utf8JsonWriter writer, TMessage value)
    {
        var kind = _kind(value);
        if (kind == 0 || kind == _nullNumber)
        {
            writer.WriteNullValue();
        }
        else if (kind == _jsonNumber)
        {
            WriteJson(writer, _json!(value));
        }
        else
        {
            _byNumber[kind]!.WriteValue(writer, value);
        }
    }

    public override TMessage Read(ref JsonInput input)
    {
        var message = new TMessage();
        switch (input.Reader.TokenType)
        {
            case JsonTokenType.Null:
                SetNull(message);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                Kind(BoolKind, "a boolean").Read(ref input, message);
                break;
            case JsonTokenType.Number:
                ReadNumber(ref input, message);
                break;
            case JsonTokenType.String:
                Kind(StringKind, "a string").Read(ref input, message);
                break;
            default:
                Kind(JsonKind, "an object or list").Parse(message, Encoding.UTF8.GetString(input.TakeRaw()));
                break;
        }

        return message;
    }

    private void ReadNumber(ref JsonInput input, TMessage message)
    {
        var text = input.Reader.ValueSpan;
        var isWhole = text.IndexOfAny(".eE"u8) < 0;
        var member =
            isWhole && input.Reader.TryGetInt64(out _) ? _byName.GetValueOrDefault(IntegerKind)
            : !isWhole && NumberText.IsExactDouble(text) ? _byName.GetValueOrDefault(DoubleKind)
            : null;
        if (member is not null)
        {
            member.Read(ref input, message);
        }
        else if (_byName.TryGetValue(DecimalKind, out var exact))
        {
            exact.Parse(message, Encoding.UTF8.GetString(text));
        }
        else
        {
            Kind(DoubleKind, "a number").Read(ref input, message);
        }
    }

    private JsonMember Kind(string name, string kind) =>
        _byName.GetValueOrDefault(name) ?? throw new JsonReadException($"must not be {kind}");

    private void SetNull(TMessage message)
    {
        if (_byName.TryGetValue(NullKind, out var member))
        {
            object value = member.Descriptor.FieldType == FieldType.Bool ? true : NullValue.NullValue;
            member.Descriptor.Accessor.SetValue(message, value);
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, string json)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            var text = buffer.AsSpan(0, Encoding.UTF8.GetBytes(json, buffer));
            if (JsonText.IsValid(text))
            {
                JsonText.Write(writer, text);
            }
            else
            {
                writer.WriteStringValue(json);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A getter that returns an enum fits a delegate that returns its underlying type.
    private static Func<TMessage, int> CaseGetter() =>
        typeof(TMessage)
            .GetProperties()
            .First(p => p.PropertyType.IsEnum && p.PropertyType.Name.EndsWith("OneofCase", StringComparison.Ordinal))
            .GetMethod!.CreateDelegate<Func<TMessage, int>>();
}
