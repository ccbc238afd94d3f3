using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.AzureBlob.Blobs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

[assembly: Connector(typeof(AzureBlobConnector))]

namespace Yyc3.Connectors.AzureBlob;

/// <summary>Block blobs of one container of an Azure storage account.</summary>
public sealed class AzureBlobConnector : IConnector, IObjectStore, IVersionedObjects, ISignedUrls, IDisposable
{
    private readonly AzureBlobStore _store;

    /// <summary>Opens the connector; the network is touched by the first call.</summary>
    /// <param name="context">What the host gives.</param>
    /// <exception cref="ConnectorException">A setting or credential cannot be used.</exception>
    public AzureBlobConnector(ConnectorContext context) =>
        _store = new AzureBlobStore(AzureBlobOptions.From(context), context);

    internal AzureBlobConnector(ConnectorContext context, AzureBlobOptions options) =>
        _store = new AzureBlobStore(options, context);

    /// <inheritdoc/>
    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        HealthReport.OfAsync(_store.CheckAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    ) => await _store.PutAsync(key, content, options, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ObjectContent> GetAsync(
        string key,
        ReadOptions options,
        CancellationToken cancellationToken
    ) => await _store.GetAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await _store.StatAsync(key, versionId, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        await _store.ListAsync(options, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await _store.DeleteAsync(key, versionId, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ObjectInfo> CopyAsync(
        string source,
        string destination,
        CancellationToken cancellationToken
    ) => await _store.CopyAsync(source, destination, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ObjectInfo>> ListVersionsAsync(
        string key,
        CancellationToken cancellationToken
    ) => await _store.ListVersionsAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Uri> SignDownloadAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_store.SignDownload(key, lifetime));

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _store.Dispose();
}
