namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>A message on its way into a topic.</summary>
internal sealed record NewMessage
{
    public required byte[] Body { get; init; }

    public required string ContentType { get; init; }

    public required byte[] Headers { get; init; }

    public string? Key { get; init; }

    public int? Partition { get; init; }

    public string? DeduplicationKey { get; init; }
}
