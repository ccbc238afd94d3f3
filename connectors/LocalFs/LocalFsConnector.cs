using System.Runtime.ExceptionServices;
using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.LocalFs.Content;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.LocalFs.Objects;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(LocalFsConnector))]

namespace Yyc3.Connectors.LocalFs;

/// <summary>Serves a folder of this machine as an object store that keeps what it replaces.</summary>
public sealed class LocalFsConnector
    : IConnector,
        IObjectStore,
        IVersionedObjects,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IDisposable
{
    private readonly string _root;
    private readonly LocalFsObjectStore _store;
    private readonly ObjectRecords _records;

    public LocalFsConnector(ConnectorContext context)
    {
        var options = LocalFsOptions.From(context);
        _root = options.Root;
        _store = new LocalFsObjectStore(options.Root, options.StaleAfter, context.Keys, context.Time);
        _records = new ObjectRecords(this);
    }

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(RootCheck.Run(_root));
    }

    public ValueTask<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    ) => ExplainAsync(() => _store.PutAsync(key, content, options, cancellationToken));

    public ValueTask<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        ExplainAsync(() => _store.GetAsync(key, options, cancellationToken));

    public ValueTask<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        ExplainAsync(() => _store.StatAsync(key, versionId, cancellationToken));

    public ValueTask<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        ExplainAsync(() => _store.ListAsync(options, cancellationToken));

    public async ValueTask DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await ExplainAsync(async () =>
        {
            await _store.DeleteAsync(key, versionId, cancellationToken);
            return true;
        });

    public ValueTask<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken) =>
        ExplainAsync(() => _store.CopyAsync(source, destination, cancellationToken));

    public ValueTask<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken) =>
        ExplainAsync(() => _store.ListVersionsAsync(key, cancellationToken));

    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        _records.ListResourcesAsync(cancellationToken);

    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        _records.GetPositionAsync(resource, cancellationToken);

    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        _records.ReadAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => _records.FindAsync(resource, ids, cancellationToken);

    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    public void Dispose() => _store.Dispose();

    private static async ValueTask<T> ExplainAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SourceFault fault)
        {
            ExceptionDispatchInfo.Throw(fault.InnerException!);
            throw;
        }
        catch (Exception error)
        {
            var explained = LocalFsErrors.Translate(error);
            if (ReferenceEquals(explained, error))
            {
                throw;
            }

            throw explained;
        }
    }
}
