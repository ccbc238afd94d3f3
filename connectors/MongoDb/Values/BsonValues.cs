using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Values;

/// <summary>Values of the SDK from BSON. What the SDK has no kind for is JSON, so that nothing is lost.</summary>
internal static class BsonValues
{
    private const int BinaryHeader = sizeof(int) + 1;

    private static readonly long FirstDate = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastDate = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static DbValue Read(BsonType type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case BsonType.None or BsonType.Null:
                return DbValue.Null;
            case BsonType.Boolean:
                return DbValue.From(value[0] != 0);
            case BsonType.Int32:
                return DbValue.From(BsonReader.Int32(value));
            case BsonType.Int64:
                return DbValue.From(BsonReader.Int64(value));
            case BsonType.Double:
                return DbValue.From(BsonReader.Double(value));
            case BsonType.String:
                return DbValue.From(BsonReader.Text(value));
            case BsonType.Date when BsonReader.Int64(value) is var date && date >= FirstDate && date <= LastDate:
                return DbValue.From(DateTimeOffset.FromUnixTimeMilliseconds(date));
            case BsonType.Decimal128 when ExtendedJsonWriter.Decimal(value) is { IsFinite: true } exact:
                return DbValue.FromDecimal(exact.ToString());
            case BsonType.Binary when value[sizeof(int)] == 0:
                return DbValue.From(value[BinaryHeader..].ToArray());
            default:
                return DbValue.FromJson(Json(type, value));
        }
    }

    /// <summary>A value as extended JSON, relaxed unless every type is to be told.</summary>
    public static string Json(BsonType type, ReadOnlySpan<byte> value, bool isCanonical = false)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(64, value.Length + (value.Length / 2)));
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            new ExtendedJsonWriter(json, isCanonical).Value(type, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The members of a document whose names a caller keeps, as relaxed extended JSON.</summary>
    /// <param name="document">The document.</param>
    /// <param name="isKept">Tells whether a name is.</param>
    /// <returns>An object, or null when there is no such member.</returns>
    public static string? JsonOf(ReadOnlySpan<byte> document, Utf8Predicate isKept)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var isEmpty = true;
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            var writer = new ExtendedJsonWriter(json, isCanonical: false);
            json.WriteStartObject();
            var reader = new BsonReader(document);
            while (reader.Read())
            {
                if (isKept(reader.Name))
                {
                    isEmpty = false;
                    writer.Name(reader.Name);
                    writer.Value(reader.Type, reader.Value, 1);
                }
            }

            json.WriteEndObject();
        }

        return isEmpty ? null : Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>An id as text: the digits of an object id, a text itself, else JSON.</summary>
    public static string IdText(BsonType type, ReadOnlySpan<byte> value) =>
        type switch
        {
            BsonType.ObjectId => Convert.ToHexStringLower(value),
            BsonType.String => BsonReader.Text(value),
            BsonType.Int32 => BsonReader.Int32(value).ToString(CultureInfo.InvariantCulture),
            BsonType.Int64 => BsonReader.Int64(value).ToString(CultureInfo.InvariantCulture),
            _ => Json(type, value),
        };

    /// <summary>The server's name of a type.</summary>
    public static string TypeName(BsonType type) =>
        type switch
        {
            BsonType.Double => "double",
            BsonType.String => "string",
            BsonType.Document => "object",
            BsonType.Array => "array",
            BsonType.Binary => "binData",
            BsonType.ObjectId => "objectId",
            BsonType.Boolean => "bool",
            BsonType.Date => "date",
            BsonType.RegularExpression => "regex",
            BsonType.JavaScript => "javascript",
            BsonType.Int32 => "int",
            BsonType.Timestamp => "timestamp",
            BsonType.Int64 => "long",
            BsonType.Decimal128 => "decimal",
            _ => "",
        };
}
