namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>One record in a writing command.</summary>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Document">The item of the command.</param>
internal sealed record WriteItem(int Index, byte[] Document);
