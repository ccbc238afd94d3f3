using Yyc3.Connectors.MongoDb.Bson;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>What a server says of itself.</summary>
/// <param name="WireVersion">Newest protocol it speaks.</param>
/// <param name="LargestDocument">Most bytes of one document.</param>
/// <param name="HasTransactions">Whether it is a part of a replica set or of a sharded cluster.</param>
internal sealed record ServerGreeting(int WireVersion, int LargestDocument, bool HasTransactions)
{
    private const int DefaultLargestDocument = 16 * 1024 * 1024;

    /// <summary>Reads the answer to <c>hello</c>.</summary>
    public static ServerGreeting Of(ReadOnlySpan<byte> answer)
    {
        var (version, largest, transactions) = (0, DefaultLargestDocument, false);
        var reader = new BsonReader(answer);
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual("maxWireVersion"u8))
            {
                version = (int)BsonReader.Number(reader.Type, reader.Value);
            }
            else if (reader.Name.SequenceEqual("maxBsonObjectSize"u8))
            {
                largest = (int)BsonReader.Number(reader.Type, reader.Value);
            }
            else if (reader.Name.SequenceEqual("setName"u8))
            {
                transactions = true;
            }
            else if (reader.Name.SequenceEqual("msg"u8) && reader.Type == BsonType.String)
            {
                transactions |= BsonReader.Utf8(reader.Value).SequenceEqual("isdbgrid"u8);
            }
        }

        return new ServerGreeting(version, largest, transactions);
    }
}
