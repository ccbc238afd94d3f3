namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>One datum moved by a sync: its fields, and its content if it is more than fields.</summary>
public sealed record SyncRecord
{
    /// <summary>What it is known by at its source, up to 1024 characters.</summary>
    public required string Id { get; init; }

    /// <summary>It is not there any more; then only the id counts.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>When it last changed, UTC, as the source says; null when that does not say.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>
    /// The fields as one JSON object in UTF-8, names in ordinal order. Numbers keep all their digits, moments are ISO 8601 texts
    /// (<c>Z</c> for UTC), bytes are base64 texts, what is no JSON number (<c>NaN</c>) is a text.
    /// </summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Changes whenever fields or content do; null when the fields are all there is, which the host then compares.</summary>
    public string? Version { get; init; }

    /// <summary>The bytes behind the fields, such as those of a file; null when there are none.</summary>
    public RecordContent? Content { get; init; }
}
