namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>
/// Capability <c>records.read</c>: a provider's data as records, for synchronisation. Thread-safe; every call stands alone, so
/// that a run can go on in another process from the last cursor.
/// </summary>
public interface IRecordSource
{
    /// <summary>Lists the kinds of records that can be read.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The resources, by name.</returns>
    ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken);

    /// <summary>Tells where reading of changes would begin if it began now.</summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// A cursor for <see cref="RecordReading.Changes"/> that misses nothing which becomes visible after this call; null when the
    /// resource cannot tell changes (<see cref="RecordResource.TellsChanges"/>).
    /// </returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.NotFound"/> (<c>RESOURCE_NOT_FOUND</c>).</exception>
    ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken);

    /// <summary>Reads one page.</summary>
    /// <param name="query">What to read, and from where.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// The page. A record may come again, in the same state or a later one; none that is there, or was changed since the cursor,
    /// is left out.
    /// </returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.NotFound"/> (<c>RESOURCE_NOT_FOUND</c>); <see cref="ErrorKind.OutOfRange"/> (<c>CURSOR_LOST</c>) when
    /// what lay behind the cursor is not known any more, so that all must be read again; <see cref="ErrorKind.InvalidArgument"/>
    /// (field <c>cursor</c>) for a foreign cursor.
    /// </exception>
    ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken);
}
