namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>A message about to be leased.</summary>
internal sealed record Candidate(long Part, long Offset, int Attempts)
{
    public required long Sent { get; init; }

    public required string? Key { get; init; }

    public required string ContentType { get; init; }

    public required byte[] Headers { get; init; }

    public required byte[] Body { get; init; }
}
