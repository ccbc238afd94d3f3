namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>Records to write.</summary>
/// <param name="Resource">Where they go: a table, a topic, a folder; made when it is not there, if the sink can.</param>
/// <param name="Records">The records; no id comes twice.</param>
public sealed record RecordBatch(string Resource, IReadOnlyList<SyncRecord> Records)
{
    /// <summary>The fields that make the id, in order; empty when the id is no field.</summary>
    public IReadOnlyList<string> KeyFields { get; init; } = [];

    /// <summary>What becomes of fields that the sink has no place for.</summary>
    public UnknownFields UnknownFields { get; init; }
}
