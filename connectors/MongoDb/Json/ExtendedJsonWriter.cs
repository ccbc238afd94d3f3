using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;

namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>Writes BSON as extended JSON, version 2.</summary>
/// <param name="json">Where to write.</param>
/// <param name="isCanonical">True keeps the width of numbers; false writes them as JSON numbers.</param>
internal sealed class ExtendedJsonWriter(Utf8JsonWriter json, bool isCanonical)
{
    /// <summary>Subtype of bytes that hold their length a second time.</summary>
    public const byte OldBinary = 2;

    private const long FirstIsoDate = 0;
    private const long LastIsoDate = 253_402_300_799_999;

    public void Document(ReadOnlySpan<byte> document, int depth = 0)
    {
        Deepen(depth);
        json.WriteStartObject();
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            Name(reader.Name);
            Value(reader.Type, reader.Value, depth + 1);
        }

        json.WriteEndObject();
    }

    public void Name(ReadOnlySpan<byte> name) => json.WritePropertyName(Encoding.UTF8.GetString(name));

    public void Value(BsonType type, ReadOnlySpan<byte> value, int depth = 0)
    {
        switch (type)
        {
            case BsonType.Document:
                Document(value, depth);
                break;
            case BsonType.Array:
                Array(value, depth);
                break;
            case BsonType.String:
                json.WriteStringValue(BsonReader.Text(value));
                break;
            case BsonType.Boolean:
                json.WriteBooleanValue(value[0] != 0);
                break;
            case BsonType.Null:
                json.WriteNullValue();
                break;
            case BsonType.Int32:
                Integer("$numberInt", BsonReader.Int32(value));
                break;
            case BsonType.Int64:
                Integer("$numberLong", BsonReader.Int64(value));
                break;
            case BsonType.Double:
                Double(BsonReader.Double(value));
                break;
            default:
                Wrapped(type, value, depth);
                break;
        }
    }

    private static void Deepen(int depth)
    {
        if (depth > BsonReader.MaxDepth)
        {
            throw new BsonFormatException("A document nests too deep.");
        }
    }

    private void Array(ReadOnlySpan<byte> array, int depth)
    {
        Deepen(depth);
        json.WriteStartArray();
        var reader = new BsonReader(array);
        while (reader.Read())
        {
            Value(reader.Type, reader.Value, depth + 1);
        }

        json.WriteEndArray();
    }

    private void Integer(string wrapper, long value)
    {
        if (isCanonical)
        {
            Single(wrapper, value.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNumberValue(value);
        }
    }

    /// <summary>A double as text, with a point: without one it would be read back as an integer.</summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
        {
            return value switch
            {
                double.PositiveInfinity => "Infinity",
                double.NegativeInfinity => "-Infinity",
                _ => "NaN",
            };
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    private void Double(double value)
    {
        var text = Text(value);
        if (isCanonical || !double.IsFinite(value))
        {
            Single("$numberDouble", text);
        }
        else
        {
            json.WriteRawValue(text, skipInputValidation: true);
        }
    }

    private void Wrapped(BsonType type, ReadOnlySpan<byte> value, int depth)
    {
        switch (type)
        {
            case BsonType.ObjectId:
                Single("$oid", Convert.ToHexStringLower(value));
                break;
            case BsonType.Date:
                Date(BsonReader.Int64(value));
                break;
            case BsonType.Decimal128:
                Single("$numberDecimal", Decimal(value).ToString());
                break;
            case BsonType.Symbol:
                Single("$symbol", BsonReader.Text(value));
                break;
            case BsonType.JavaScript:
                Single("$code", BsonReader.Text(value));
                break;
            case BsonType.MinKey:
                Single("$minKey");
                break;
            case BsonType.MaxKey:
                Single("$maxKey");
                break;
            case BsonType.Undefined:
                json.WriteStartObject();
                json.WriteBoolean("$undefined", true);
                json.WriteEndObject();
                break;
            default:
                Composed(type, value, depth);
                break;
        }
    }

    public static Decimal128 Decimal(ReadOnlySpan<byte> value) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(value[8..]), BinaryPrimitives.ReadUInt64LittleEndian(value));

    /// <summary>The old subtype 2 holds its length a second time; JSON leaves it out.</summary>
    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> binary)
    {
        const int Header = sizeof(int) + 1;
        var content = binary[Header..];
        return
            binary[sizeof(int)] == OldBinary
            && content.Length >= sizeof(int)
            && BsonReader.Int32(content) == content.Length - sizeof(int)
            ? content[sizeof(int)..]
            : content;
    }

    private void Composed(BsonType type, ReadOnlySpan<byte> value, int depth)
    {
        json.WriteStartObject();
        switch (type)
        {
            case BsonType.Binary:
                json.WriteStartObject("$binary");
                json.WriteString("base64", Convert.ToBase64String(Content(value)));
                json.WriteString("subType", value[4].ToString("x2", CultureInfo.InvariantCulture));
                json.WriteEndObject();
                break;
            case BsonType.Timestamp:
                json.WriteStartObject("$timestamp");
                json.WriteNumber("t", BinaryPrimitives.ReadUInt32LittleEndian(value[4..]));
                json.WriteNumber("i", BinaryPrimitives.ReadUInt32LittleEndian(value));
                json.WriteEndObject();
                break;
            case BsonType.RegularExpression:
                var end = value.IndexOf((byte)0);
                json.WriteStartObject("$regularExpression");
                json.WriteString("pattern", Encoding.UTF8.GetString(value[..end]));
                json.WriteString("options", Encoding.UTF8.GetString(value[(end + 1)..^1]));
                json.WriteEndObject();
                break;
            case BsonType.DbPointer:
                json.WriteStartObject("$dbPointer");
                json.WriteString("$ref", BsonReader.Text(value[..^12]));
                json.WritePropertyName("$id");
                Single("$oid", Convert.ToHexStringLower(value[^12..]));
                json.WriteEndObject();
                break;
            case BsonType.JavaScriptWithScope:
                var code = sizeof(int) + sizeof(int) + BsonReader.Int32(value[sizeof(int)..]);
                json.WriteString("$code", BsonReader.Text(value[sizeof(int)..code]));
                json.WritePropertyName("$scope");
                Document(value[code..], depth + 1);
                break;
            default:
                throw new BsonFormatException("A type is unknown.");
        }

        json.WriteEndObject();
    }

    private void Date(long milliseconds)
    {
        json.WriteStartObject();
        json.WritePropertyName("$date");
        if (isCanonical || milliseconds is < FirstIsoDate or > LastIsoDate)
        {
            Single("$numberLong", milliseconds.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            var format = moment.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            json.WriteStringValue(moment.ToString(format, CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    private void Single(string wrapper, string value)
    {
        json.WriteStartObject();
        json.WriteString(wrapper, value);
        json.WriteEndObject();
    }

    private void Single(string wrapper)
    {
        json.WriteStartObject();
        json.WriteNumber(wrapper, 1);
        json.WriteEndObject();
    }
}
