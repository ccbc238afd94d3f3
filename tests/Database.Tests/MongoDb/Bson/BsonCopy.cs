using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Bson;

/// <summary>Takes a document apart into values and writes it anew from them.</summary>
internal static class BsonCopy
{
    public static byte[] Of(ReadOnlySpan<byte> document)
    {
        var writer = new BsonWriter();
        var start = writer.Begin();
        Members(writer, document);
        writer.End(start);
        return writer.Written.ToArray();
    }

    private static void Members(BsonWriter writer, ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            Member(writer, reader.Name, reader.Type, reader.Value);
        }
    }

    private static void Member(BsonWriter writer, ReadOnlySpan<byte> name, BsonType type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case BsonType.Document or BsonType.Array:
                var start = writer.Begin(type, name);
                Members(writer, value);
                writer.End(start);
                break;
            case BsonType.Double:
                writer.Double(name, BsonReader.Double(value));
                break;
            case BsonType.String or BsonType.JavaScript or BsonType.Symbol:
                writer.String(name, BsonReader.Text(value), type);
                break;
            case BsonType.Boolean:
                writer.Boolean(name, value[0] == 1);
                break;
            case BsonType.Null:
                writer.Null(name);
                break;
            case BsonType.Int32:
                writer.Int32(name, BsonReader.Int32(value));
                break;
            case BsonType.Int64 or BsonType.Date or BsonType.Timestamp:
                writer.Int64(name, BsonReader.Int64(value), type);
                break;
            case BsonType.Decimal128:
                writer.Decimal(name, ExtendedJsonWriter.Decimal(value));
                break;
            case BsonType.Binary:
                writer.Binary(name, value[5..], value[4]);
                break;
            case BsonType.RegularExpression:
                var end = value.IndexOf((byte)0);
                writer.Name(type, name);
                writer.CString(Encoding.UTF8.GetString(value[..end]));
                writer.CString(Encoding.UTF8.GetString(value[(end + 1)..^1]));
                break;
            case BsonType.JavaScriptWithScope:
                var code = 8 + BsonReader.Int32(value[4..]);
                writer.Name(type, name);
                var whole = writer.Begin();
                writer.Text(BsonReader.Text(value[4..code]));
                var scope = writer.Begin();
                Members(writer, value[code..]);
                writer.End(scope);
                writer.EndLength(whole);
                break;
            default:
                writer.Raw(type, name, value);
                break;
        }
    }
}
