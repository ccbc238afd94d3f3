using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>Makes a document the fields of a record. Used by one thread at a time.</summary>
/// <param name="isExtended">Whether what JSON lacks is extended JSON instead of a text or number.</param>
internal sealed class RecordFields(bool isExtended) : IDisposable
{
    private const byte Uuid = 4;
    private const int BinaryHeader = sizeof(int) + 1;

    private static readonly long FirstDate = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastDate = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly List<(string Name, BsonType Type, Range Value)> _fields = [];
    private Utf8JsonWriter? _json;

    private Utf8JsonWriter Json =>
        _json ??= new Utf8JsonWriter(
            _buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }
        );

    /// <summary>Writes them: names in ordinal order, the field <c>_id</c> as the record's id.</summary>
    public byte[] Write(ReadOnlySpan<byte> document, string id)
    {
        _buffer.ResetWrittenCount();
        Json.Reset();
        _fields.Clear();
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            var end = reader.ValueStart + reader.Value.Length;
            _fields.Add((Encoding.UTF8.GetString(reader.Name), reader.Type, reader.ValueStart..end));
        }

        _fields.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        Json.WriteStartObject();
        foreach (var (name, type, value) in _fields)
        {
            Json.WritePropertyName(name);
            if (name is not "_id" || type is BsonType.Int32)
            {
                Value(type, document[value], 1);
            }
            else
            {
                Json.WriteStringValue(id);
            }
        }

        Json.WriteEndObject();
        Json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _json?.Dispose();

    private void Value(BsonType type, ReadOnlySpan<byte> value, int depth)
    {
        if (isExtended)
        {
            new ExtendedJsonWriter(Json, isCanonical: false).Value(type, value, depth);
            return;
        }

        switch (type)
        {
            case BsonType.Document or BsonType.Array:
                Nested(type, value, depth);
                break;
            case BsonType.ObjectId:
                Json.WriteStringValue(Convert.ToHexStringLower(value));
                break;
            case BsonType.Date when BsonReader.Int64(value) is var date && date >= FirstDate && date <= LastDate:
                var moment = DateTimeOffset.FromUnixTimeMilliseconds(date);
                Json.WriteStringValue(moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));
                break;
            case BsonType.Decimal128 when ExtendedJsonWriter.Decimal(value) is { IsFinite: true } exact:
                Json.WriteRawValue(exact.ToString(), skipInputValidation: true);
                break;
            case BsonType.Decimal128:
                Json.WriteStringValue(ExtendedJsonWriter.Decimal(value).ToString());
                break;
            case BsonType.Double when BsonReader.Double(value) is var number && !double.IsFinite(number):
                Json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case BsonType.Symbol:
                Json.WriteStringValue(BsonReader.Text(value));
                break;
            case BsonType.Undefined:
                Json.WriteNullValue();
                break;
            case BsonType.Binary when value[sizeof(int)] == 0:
                Json.WriteBase64StringValue(value[BinaryHeader..]);
                break;
            case BsonType.Binary when value[sizeof(int)] == Uuid && value.Length == BinaryHeader + 16:
                Json.WriteStringValue(new Guid(value[BinaryHeader..], bigEndian: true));
                break;
            default:
                new ExtendedJsonWriter(Json, isCanonical: false).Value(type, value, depth);
                break;
        }
    }

    private void Nested(BsonType type, ReadOnlySpan<byte> value, int depth)
    {
        if (depth > BsonReader.MaxDepth)
        {
            throw new BsonFormatException("A document nests too deep.");
        }

        var isArray = type == BsonType.Array;
        var reader = new BsonReader(value);
        if (isArray)
        {
            Json.WriteStartArray();
        }
        else
        {
            Json.WriteStartObject();
        }

        while (reader.Read())
        {
            if (!isArray)
            {
                Json.WritePropertyName(Encoding.UTF8.GetString(reader.Name));
            }

            Value(reader.Type, reader.Value, depth + 1);
        }

        if (isArray)
        {
            Json.WriteEndArray();
        }
        else
        {
            Json.WriteEndObject();
        }
    }
}
