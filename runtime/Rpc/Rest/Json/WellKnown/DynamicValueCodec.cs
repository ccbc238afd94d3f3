using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Rest.Json.Scalars;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>Any JSON value.</summary>
internal sealed class DynamicValueCodec : ValueCodec<Value>
{
    private readonly StructCodec _objects;
    private readonly ListValueCodec _lists;
    private readonly DoubleCodec _numbers = new();

    public DynamicValueCodec()
    {
        _objects = new StructCodec(this);
        _lists = new ListValueCodec(this);
    }

    public override bool TakesNull => true;

    public StructCodec Objects => _objects;

    public ListValueCodec Lists => _lists;

    public override void Write(Utf8JsonWriter writer, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                writer.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.NumberValue:
                _numbers.Write(writer, value.NumberValue);
                break;
            case Value.KindOneofCase.BoolValue:
                writer.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.StructValue:
                _objects.Write(writer, value.StructValue);
                break;
            case Value.KindOneofCase.ListValue:
                _lists.Write(writer, value.ListValue);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    public override Value Read(ref JsonInput input) =>
        input.Reader.TokenType switch
        {
            JsonTokenType.String => new Value { StringValue = input.Reader.GetString() },
            JsonTokenType.Number => new Value { NumberValue = _numbers.Read(ref input) },
            JsonTokenType.True => new Value { BoolValue = true },
            JsonTokenType.False => new Value { BoolValue = false },
            JsonTokenType.StartObject => new Value { StructValue = _objects.Read(ref input) },
            JsonTokenType.StartArray => new Value { ListValue = _lists.Read(ref input) },
            _ => new Value { NullValue = NullValue.NullValue },
        };
}
