namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>
/// Capability <c>storage</c>: objects by key. Every method is thread-safe and ends with
/// <see cref="OperationCanceledException"/> when its token is cancelled; nothing half-written is ever visible.
/// </summary>
/// <remarks>
/// A key is a path without a leading slash, <c>documents/2026/report.pdf</c>: segments joined by <c>/</c>. The host has
/// already refused empty segments, <c>.</c>, <c>..</c>, backslashes, control characters and more than 1024 UTF-8 bytes.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Stores the content under the key, replacing what was there.</summary>
    /// <param name="key">Where to store.</param>
    /// <param name="content">Read once from its position to its end; the caller disposes it.</param>
    /// <param name="options">Metadata, conditions and treatment.</param>
    /// <param name="cancellationToken">Aborts the upload; nothing becomes visible.</param>
    /// <returns>The stored object. When the task completes the object is durable and visible to every reader.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.PreconditionFailed"/> (<c>OBJECT_EXISTS</c>) when <see cref="PutOptions.CreateOnly"/> finds one;
    /// <see cref="ErrorKind.AlreadyExists"/> when the key and something stored exclude each other.
    /// </exception>
    ValueTask<ObjectInfo> PutAsync(string key, Stream content, PutOptions options, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="options">Version and range.</param>
    /// <param name="cancellationToken">Ends the opening; reading has its own token.</param>
    /// <returns>The object; the caller disposes it. A concurrent replacement does not change what is being read.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.NotFound"/> (<c>OBJECT_NOT_FOUND</c>, <c>VERSION_NOT_FOUND</c>);
    /// <see cref="ErrorKind.OutOfRange"/> (<c>RANGE_NOT_SATISFIABLE</c>, with <c>size</c> in the details).
    /// </exception>
    ValueTask<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Describes an object without reading it.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="versionId">Which version; null for the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object's description, metadata included.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.NotFound"/>.</exception>
    ValueTask<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken);

    /// <summary>Lists objects in ascending ordinal order of their keys.</summary>
    /// <param name="options">Prefix, depth, size of the page and where to go on.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One page. An unknown prefix gives an empty page.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/> (field <c>cursor</c>) for a foreign cursor.</exception>
    ValueTask<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken);

    /// <summary>Deletes an object.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="versionId">Which version; null for the object itself (older versions may remain readable by id).</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task that completes when no reader can see the object any more.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.NotFound"/>.</exception>
    ValueTask DeleteAsync(string key, string? versionId, CancellationToken cancellationToken);

    /// <summary>Copies an object inside the store, metadata included, without moving its bytes through the host where possible.</summary>
    /// <param name="source">Key to copy from.</param>
    /// <param name="destination">Key to copy to; replaced if it exists.</param>
    /// <param name="cancellationToken">Aborts the copy; nothing becomes visible.</param>
    /// <returns>The new object.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.NotFound"/> for the source.</exception>
    ValueTask<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken);
}
