using System.Globalization;
using Yyc3.Connectors.MongoDb.Bson;

namespace Yyc3.Connectors.MongoDb.Faults;

/// <summary>The server's refusal. Its text is not kept: it quotes values.</summary>
/// <param name="code">The server's number; 0 when it gave none.</param>
/// <param name="isUnconfirmed">True when the write was done but not confirmed as asked for.</param>
internal sealed class MongoDbFailure(int code, bool isUnconfirmed)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The server answered with error {code}."))
{
    /// <summary>The server's number.</summary>
    public int Code { get; } = code;

    /// <summary>True when the write was done but not confirmed as asked for.</summary>
    public bool IsUnconfirmed { get; } = isUnconfirmed;

    /// <summary>Documents that were written all the same.</summary>
    public long AffectedRows { get; set; }

    /// <summary>The writes of the command that were refused, by their place in it; the others were done.</summary>
    public IReadOnlyList<(int Index, MongoDbFailure Failure)> Writes { get; set; } = [];

    /// <summary>True when the writes that were not refused were not confirmed as asked for either.</summary>
    public bool IsRestUnconfirmed { get; set; }

    /// <summary>Reads an answer, a write error or a write concern error.</summary>
    public static MongoDbFailure Of(ReadOnlySpan<byte> document, bool isUnconfirmed = false)
    {
        var reader = new BsonReader(document);
        return new MongoDbFailure(
            reader.Find("code"u8) ? (int)BsonReader.Number(reader.Type, reader.Value) : 0,
            isUnconfirmed
        );
    }
}
