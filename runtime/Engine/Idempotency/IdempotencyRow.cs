namespace Yyc3.Connectors.Runtime.Idempotency;

/// <summary>What an earlier call with the same key left.</summary>
internal sealed class IdempotencyRow
{
    public required string Method { get; init; }

    public required string RequestHash { get; init; }

    /// <summary>The response in Base64; null while the call runs.</summary>
    public string? Response { get; init; }
}
