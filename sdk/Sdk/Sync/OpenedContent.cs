namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>
/// The bytes of a record, opened for one reading, with what belongs to exactly these bytes: when the record was read there may have
/// been others, and not every listing tells type and length.
/// </summary>
/// <param name="bytes">The bytes, from the first; disposed with this.</param>
public sealed class OpenedContent(Stream bytes) : IAsyncDisposable
{
    /// <summary>The bytes, read forward only. Reading may throw <see cref="ConnectorException"/>.</summary>
    public Stream Bytes { get; } = bytes;

    /// <summary>How many there are; null when that is known only at the end.</summary>
    public long? Length { get; init; }

    /// <summary>Their media type.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>Names and values that belong to them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Closes the bytes.</summary>
    /// <returns>A task that completes when they are closed.</returns>
    public ValueTask DisposeAsync() => Bytes.DisposeAsync();
}
