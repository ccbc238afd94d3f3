namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>
/// What a source of records can do besides so that syncs may go both ways: tell what certain records are now. Thread-safe.
/// </summary>
public interface IRecordLookup
{
    /// <summary>Finds records by their ids.</summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="ids">The ids, each once, at most 10 000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Those that are there, in any order, in the state that reading them would give.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.NotFound"/> (<c>RESOURCE_NOT_FOUND</c>).</exception>
    ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    );
}
