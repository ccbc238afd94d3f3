namespace Yyc3.Connectors.MongoDb.Bson;

/// <summary>Bytes that are no BSON, or BSON that nests deeper than anything a server stores.</summary>
internal sealed class BsonFormatException(string message) : Exception(message);
