using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>
/// The <c>_id</c> of a document as the id of a record: hexadecimal digits of an object id, digits of an integer, a text as it
/// is, and canonical extended JSON of all else. A text that looks like one of the others is written as a JSON string. So each
/// value has one id, and each id means one value.
/// </summary>
internal static class RecordId
{
    private const int LongestId = 1024;

    private static readonly CommandPlace Value = new(ValueRole.Literal, CommandLevel.Inside);
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <exception cref="ConnectorException">It is longer than a record's id may be.</exception>
    public static string Format(BsonValue id) =>
        Text(id) is { Length: <= LongestId } text
            ? text
            : throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "ID_TOO_LONG",
                "The collection has a document whose _id is longer than 1024 characters as text."
            );

    public static BsonValue Parse(string text) => FindOther(text) ?? String(text);

    private static string Text(BsonValue id)
    {
        switch (id.Type)
        {
            case BsonType.ObjectId:
                return Convert.ToHexStringLower(id.Bytes);
            case BsonType.Int32:
                return BsonReader.Int32(id.Bytes).ToString(CultureInfo.InvariantCulture);
            case BsonType.Int64 when BsonReader.Int64(id.Bytes) is < int.MinValue or > int.MaxValue:
                return BsonReader.Int64(id.Bytes).ToString(CultureInfo.InvariantCulture);
            case BsonType.String:
                var text = BsonReader.Text(id.Bytes);
                return text.Length > 0 && FindOther(text) is null ? text : id.ToJson();
            default:
                return id.ToJson();
        }
    }

    /// <summary>The value that a text means; null when that is the text itself.</summary>
    private static BsonValue? FindOther(string text)
    {
        if (text.Length == ObjectIdSource.Size * 2 && !text.AsSpan().ContainsAnyExcept(Hex))
        {
            return new BsonValue(BsonType.ObjectId, Convert.FromHexString(text));
        }

        if (
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && string.Equals(number.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal)
        )
        {
            return Integer(number);
        }

        // Other writings of the same JSON are texts.
        return
            text is ['{' or '"', ..] or "true" or "false" or "null"
            && TryRead(text, out var value)
            && string.Equals(Text(value), text, StringComparison.Ordinal)
            ? value
            : null;
    }

    private static bool TryRead(string json, out BsonValue value)
    {
        var writer = new BsonWriter();
        try
        {
            var start = writer.Begin();
            new ExtendedJsonReader(writer, "recordId", binder: null).Value("_id"u8.ToArray(), json, Value);
            writer.End(start);
            value = BsonValue.At(writer.Written, "_id");

            // No document has such an id.
            return value.Type is not (BsonType.RegularExpression or BsonType.Undefined);
        }
        catch (ConnectorException)
        {
            value = default;
            return false;
        }
    }

    private static BsonValue String(string text)
    {
        var writer = new BsonWriter();
        try
        {
            writer.Text(text);
        }
        catch (System.Text.EncoderFallbackException)
        {
            throw ConnectorException.Invalid("recordId", "is not valid Unicode text");
        }

        return new BsonValue(BsonType.String, writer.Written.ToArray());
    }

    private static BsonValue Integer(long number)
    {
        if (number is >= int.MinValue and <= int.MaxValue)
        {
            var narrow = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(narrow, (int)number);
            return new BsonValue(BsonType.Int32, narrow);
        }

        var wide = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(wide, number);
        return new BsonValue(BsonType.Int64, wide);
    }
}
