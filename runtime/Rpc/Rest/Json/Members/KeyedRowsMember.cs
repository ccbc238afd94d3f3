using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Rows that hold their values in the order of a sibling list of columns, written as objects by column name.</summary>
internal sealed class KeyedRowsMember<TMessage, TRow, TColumn, TValue>(
    FieldDescriptor descriptor,
    int index,
    ValueCodec<TValue> codec,
    string columnsName,
    string valuesName
) : JsonMember(descriptor, index)
    where TMessage : class, IMessage<TMessage>
    where TRow : class, IMessage<TRow>, new()
    where TValue : class
{
    private readonly Func<TMessage, RepeatedField<TRow>> _rows = Property.Getter<TMessage, RepeatedField<TRow>>(
        descriptor.PropertyName
    );
    private readonly Func<TMessage, RepeatedField<TColumn>> _columns = Property.Getter<
        TMessage,
        RepeatedField<TColumn>
    >(columnsName);
    private readonly Func<TRow, RepeatedField<TValue>> _values = Property.Getter<TRow, RepeatedField<TValue>>(
        valuesName
    );
    private readonly Func<TColumn, string> _name = Property.Getter<TColumn, string>("Name");

    public override bool IsDeferred => true;

    public override void Write(Utf8JsonWriter writer, IMessage message)
    {
        if (SkipsEmpty(_rows((TMessage)message).Count == 0))
        {
            return;
        }

        writer.WritePropertyName(Name);
        WriteValue(writer, message);
    }

    public override void WriteValue(Utf8JsonWriter writer, IMessage message)
    {
        writer.WriteStartArray();
        WriteElements(writer, message, static _ => { });
        writer.WriteEndArray();
    }

    public override int WriteElements(Utf8JsonWriter writer, IMessage message, Action<Utf8JsonWriter> afterEach)
    {
        var owner = (TMessage)message;
        var rows = _rows(owner);
        var names = ColumnNames.Distinct(_columns(owner), _name);
        for (var i = 0; i < rows.Count; i++)
        {
            var values = _values(rows[i]);
            writer.WriteStartObject();
            for (var column = 0; column < names.Length; column++)
            {
                writer.WritePropertyName(names[column]);
                if (column < values.Count)
                {
                    codec.Write(writer, values[column]);
                }
                else
                {
                    writer.WriteNullValue();
                }
            }

            writer.WriteEndObject();
            afterEach(writer);
        }

        return rows.Count;
    }

    /// <summary>Later messages of a stream may leave out the columns that the first one named.</summary>
    public override void Inherit(IMessage message, IMessage earlier)
    {
        if (_columns((TMessage)message).Count == 0)
        {
            _columns((TMessage)message).AddRange(_columns((TMessage)earlier));
        }
    }

    public override void Read(ref JsonInput input, IMessage message)
    {
        input.Expect(JsonTokenType.StartArray, "a list");
        var owner = (TMessage)message;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var column in _columns(owner))
        {
            places.TryAdd(_name(column), places.Count);
        }

        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndArray)
        {
            _rows(owner).Add(ReadRow(ref input, places));
        }
    }

    private TRow ReadRow(ref JsonInput input, Dictionary<string, int> places)
    {
        input.Expect(JsonTokenType.StartObject, "an object");
        var cells = new TValue?[places.Count];
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndObject)
        {
            if (!places.TryGetValue(input.Reader.GetString()!, out var place))
            {
                throw new JsonReadException("is not one of the columns");
            }

            if (cells[place] is not null)
            {
                throw new JsonReadException("is given twice");
            }

            input.Reader.Read();
            cells[place] = codec.Read(ref input);
        }

        var missing = Array.IndexOf(cells, null);
        if (missing >= 0)
        {
            throw new JsonReadException($"lacks the column '{places.First(p => p.Value == missing).Key}'");
        }

        var row = new TRow();
        _values(row).AddRange(cells!);
        return row;
    }
}
