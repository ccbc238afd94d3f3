using System.Text;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>The objects of a store as records; open a store, or a prefix of one, that is empty.</summary>
public abstract class StoreSubject : RecordSubject
{
    private IObjectStore? _store;

    /// <inheritdoc/>
    public override string Resource => ObjectRecords.Files;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Ids => ["a.txt", "folder/b.bin", "folder/deep er/ü.txt"];

    /// <inheritdoc/>
    public override IRecordSource Source => (IRecordSource)Store;

    /// <inheritdoc/>
    public override IRecordSink Sink => (IRecordSink)Store;

    /// <summary>The connector as a store, for what happens past the records.</summary>
    public IObjectStore Store => _store ?? throw new InvalidOperationException("The store is not open yet.");

    /// <inheritdoc/>
    public override async ValueTask OpenAsync(CancellationToken cancellationToken) =>
        _store = await OpenStoreAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task PutAsync(string id, string value)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(value));
        await Store.PutAsync(id, content, new PutOptions { ContentType = "text/plain" }, default);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(string id) => Store.DeleteAsync(id, versionId: null, default).AsTask();

    /// <inheritdoc/>
    public override SyncRecord NewRecord(string id, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return NewRecord(id, () => new MemoryStream(bytes, writable: false), bytes.Length);
    }

    /// <summary>Makes a record with content.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="open">Opens the bytes.</param>
    /// <param name="length">How many there are; null when nobody says.</param>
    /// <returns>The record.</returns>
    public static SyncRecord NewRecord(string id, Func<Stream> open, long? length) =>
        new()
        {
            Id = id,
            Content = new RecordContent(_ =>
                ValueTask.FromResult(
                    new OpenedContent(open())
                    {
                        Length = length,
                        ContentType = "text/plain",
                        Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["origin"] = "test" },
                    }
                )
            ),
        };

    /// <inheritdoc/>
    public override SyncRecord NewRefusedRecord() => NewRecord("../outside.txt", "x");

    /// <inheritdoc/>
    public override async ValueTask<string> ValueOfAsync(SyncRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        await using var content = await record.Content!.OpenAsync(cancellationToken);
        using var reader = new StreamReader(content.Bytes);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        switch (_store)
        {
            case IAsyncDisposable store:
                await store.DisposeAsync();
                break;
            case IDisposable store:
                store.Dispose();
                break;
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the connector on something empty.</summary>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The store; the subject disposes it.</returns>
    protected abstract ValueTask<IObjectStore> OpenStoreAsync(CancellationToken cancellationToken);
}
