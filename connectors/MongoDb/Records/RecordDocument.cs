using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>Makes a record one item of a writing command.</summary>
internal static class RecordDocument
{
    private static readonly CommandPlace Stored = new(ValueRole.Literal, CommandLevel.Inside);

    private static readonly string[] Moments = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>An item of <c>updates</c>: the document is replaced, or inserted if it is not there.</summary>
    /// <exception cref="ConnectorException">The record cannot be a document.</exception>
    public static byte[] Upsert(RecordCollection collection, SyncRecord record)
    {
        var writer = new BsonWriter();
        var reader = new ExtendedJsonReader(writer, "records", binder: null) { KeepsDigits = true };
        reader.Read(
            Encoding.UTF8.GetString(record.Data.Span),
            fields =>
            {
                var item = writer.Begin();
                Filter(writer, RecordId.Parse(record.Id));
                var document = writer.Begin(BsonType.Document, "u"u8);
                foreach (var field in fields.EnumerateObject())
                {
                    Field(writer, reader, collection, field);
                }

                writer.End(document);
                writer.Boolean("upsert"u8, value: true);
                writer.End(item);
            }
        );
        return writer.Written.ToArray();
    }

    /// <summary>An item of <c>deletes</c>.</summary>
    public static byte[] Delete(string id)
    {
        var writer = new BsonWriter();
        var item = writer.Begin();
        Filter(writer, RecordId.Parse(id));
        writer.Int32("limit"u8, 1);
        writer.End(item);
        return writer.Written.ToArray();
    }

    private static void Field(
        BsonWriter writer,
        ExtendedJsonReader reader,
        RecordCollection collection,
        JsonProperty field
    )
    {
        switch (field.Name)
        {
            case "_id":
                // The record's id says it, exactly; the server puts it into a document that it inserts.
                break;
            case ['$', ..]:
                throw reader.Fail("has a field whose name begins with $, which the server would take for an operator");
            case var name
                when (name == collection.ModifiedAt || name == collection.DeletedAt)
                    && field.Value.ValueKind == JsonValueKind.String
                    && DateTimeOffset.TryParseExact(
                        field.Value.GetString(),
                        Moments,
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal,
                        out var moment
                    ):
                writer.Int64(Encoding.UTF8.GetBytes(name), moment.ToUnixTimeMilliseconds(), BsonType.Date);
                break;
            case var name:
                reader.Value(Encoding.UTF8.GetBytes(name), field.Value, Stored);
                break;
        }
    }

    private static void Filter(BsonWriter writer, BsonValue id)
    {
        var filter = writer.Begin(BsonType.Document, "q"u8);
        if (id.Type == BsonType.Document)
        {
            // By itself it would be a condition.
            var same = writer.Begin(BsonType.Document, "_id"u8);
            writer.Raw(id.Type, "$eq"u8, id.Bytes);
            writer.End(same);
        }
        else
        {
            writer.Raw(id.Type, "_id"u8, id.Bytes);
        }

        writer.End(filter);
    }
}
