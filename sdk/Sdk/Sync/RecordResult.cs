namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>What came of writing one record.</summary>
/// <param name="Error">Why it was not written; null when it was.</param>
public readonly record struct RecordResult(ConnectorException? Error)
{
    /// <summary>It is written.</summary>
    public static RecordResult Written => default;

    /// <summary>
    /// <see cref="SyncRecord.Version"/> that the sink, read as a source, now gives; null when it does not know. By it the host tells
    /// its own writing from a change.
    /// </summary>
    public string? Version { get; init; }

    /// <summary>It was not written.</summary>
    /// <param name="error">Why.</param>
    /// <returns>The result.</returns>
    public static RecordResult Failed(ConnectorException error) => new(error);
}
