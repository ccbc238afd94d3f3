namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Optional beside <see cref="IObjectStore"/>: the store keeps what it replaces. Thread-safe.</summary>
public interface IVersionedObjects
{
    /// <summary>Lists the versions of one object, newest first.</summary>
    /// <param name="key">Which object; it may be deleted by now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>All versions that can still be read; empty when there never was an object.</returns>
    ValueTask<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken);
}
