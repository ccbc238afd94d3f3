namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>Some records of a resource.</summary>
/// <param name="Records">The records; of one that has changed several times only the last state.</param>
/// <param name="Cursor">
/// Where to go on, at most 4096 characters: never null while there is more, nor for <see cref="RecordReading.Changes"/>, whose
/// last cursor is where the next run begins.
/// </param>
/// <param name="HasMore">There are more now.</param>
public sealed record RecordPage(IReadOnlyList<SyncRecord> Records, string? Cursor, bool HasMore)
{
    /// <summary>How many records there are in all; null when the source does not know.</summary>
    public long? Total { get; init; }
}
