using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Wire;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>One transaction: a session of its own, with the members that its commands carry.</summary>
internal sealed class MongoTransaction
{
    private readonly byte[] _session = Guid.NewGuid().ToByteArray(bigEndian: true);

    /// <summary>Whether a command of it has been sent.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Adds its members to a command; the first one begins it.</summary>
    public void Write(BsonWriter writer)
    {
        var session = writer.Begin(BsonType.Document, "lsid"u8);
        writer.Binary("id"u8, _session, subtype: 4);
        writer.End(session);
        writer.Int64("txnNumber"u8, 1);
        if (!HasBegun)
        {
            writer.Boolean("startTransaction"u8, value: true);
        }

        writer.Boolean("autocommit"u8, value: false);
        HasBegun = true;
    }

    /// <summary>The message that ends it.</summary>
    /// <param name="command"><c>commitTransaction</c> or <c>abortTransaction</c>, UTF-8.</param>
    /// <returns>The message.</returns>
    public BsonWriter Ending(ReadOnlySpan<byte> command)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.Int32(command, 1);
        Write(writer);
        CommandEnvelope.DurableConcern(writer);
        writer.String("$db"u8, "admin");
        writer.End(start);
        return writer;
    }
}
