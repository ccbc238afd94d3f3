using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>What a writing command did, from its answer.</summary>
internal static class WriteSummary
{
    /// <summary>Reads an answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="insertedId">The id that was sent with a single document.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>The result.</returns>
    public static ExecuteResult Read(string command, string? insertedId, ReadOnlySpan<byte> answer)
    {
        var reader = new BsonReader(answer);
        switch (command)
        {
            case "insert":
                return new ExecuteResult(Number(answer, "n"u8), insertedId);
            case "delete":
                return new ExecuteResult(Number(answer, "n"u8), null);
            case "update":
                return new ExecuteResult(
                    Number(answer, "n"u8),
                    reader.Find("upserted"u8) && reader.Type == BsonType.Array ? OnlyId(reader.Value) : null
                );
            case "findAndModify" when reader.Find("lastErrorObject"u8) && reader.Type == BsonType.Document:
                var outcome = new BsonReader(reader.Value);
                return new ExecuteResult(
                    Number(reader.Value, "n"u8),
                    outcome.Find("upserted"u8) ? BsonValues.IdText(outcome.Type, outcome.Value) : null
                );
            default:
                return new ExecuteResult(0, null);
        }
    }

    private static long Number(ReadOnlySpan<byte> document, ReadOnlySpan<byte> name)
    {
        var reader = new BsonReader(document);
        return reader.Find(name) ? BsonReader.Number(reader.Type, reader.Value) : 0;
    }

    /// <summary>The id of the only document that an update has inserted.</summary>
    private static string? OnlyId(ReadOnlySpan<byte> upserted)
    {
        var reader = new BsonReader(upserted);
        if (!reader.Read() || reader.Type != BsonType.Document)
        {
            return null;
        }

        var id = new BsonReader(reader.Value);
        var text = id.Find("_id"u8) ? BsonValues.IdText(id.Type, id.Value) : null;
        return reader.Read() ? null : text;
    }
}
