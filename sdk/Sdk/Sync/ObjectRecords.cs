using System.Text.Json;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>
/// The objects of a store as records of the resource <c>files</c>: id is the key, content moves as a stream, the version is the
/// store's tag. Records of other resources are kept as JSON objects under <c>resource/id.json</c>. Thread-safe.
/// </summary>
/// <param name="store">The store.</param>
public sealed class ObjectRecords(IObjectStore store) : IRecordSource, IRecordLookup, IRecordSink
{
    /// <summary>Name of the one resource.</summary>
    public const string Files = "files";

    private const int LargestPage = 1000;

    /// <summary>What stores say of objects whose type they do not list, too.</summary>
    private const string UnknownType = "application/octet-stream";

    private readonly ObjectRecordWriter _writer = new(store);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RecordResource>>([new RecordResource(Files) { HasContent = true }]);

    /// <inheritdoc/>
    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken)
    {
        Check(resource);
        return ValueTask.FromResult<string?>(null);
    }

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        Check(query.Resource);
        cancellationToken.ThrowIfCancellationRequested();
        if (query.Reading == RecordReading.Changes)
        {
            throw ConnectorException.Invalid("cursor", "is of a resource that tells changes, which files do not");
        }

        var page = await store.ListAsync(
            new ListOptions
            {
                Recursive = true,
                Limit = Math.Min(query.Limit, LargestPage),
                Cursor = query.Cursor,
            },
            cancellationToken
        );
        return new RecordPage([.. page.Objects.Select(ToRecord)], page.NextCursor, page.NextCursor is not null);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ids);
        Check(resource);
        var found = new List<SyncRecord>(ids.Count);
        foreach (var id in ids.Where(id => ObjectRecordWriter.FaultOf(id) is null))
        {
            try
            {
                found.Add(ToRecord(await store.StatAsync(id, versionId: null, cancellationToken)));
            }
            catch (ConnectorException fault) when (fault.Kind == ErrorKind.NotFound)
            {
                // It is not there, which is an answer.
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(batch);
        var results = new RecordResult[batch.Records.Count];
        // Deletions first: where keys are paths, a file must be gone before a folder can have its name, and the reverse.
        foreach (var index in Enumerable.Range(0, results.Length).OrderBy(index => !batch.Records[index].IsDeleted))
        {
            var record = batch.Records[index];
            var key = batch.Resource == Files ? record.Id : $"{batch.Resource}/{record.Id}.json";
            results[index] = await _writer.WriteAsync(key, record, cancellationToken);
        }

        return results;
    }

    /// <summary>What tells one state of an object from another; null when the store did not say.</summary>
    internal static string? VersionOf(ObjectInfo info) => info.ETag.Length > 0 ? info.ETag : null;

    private static void Check(string resource)
    {
        if (resource != Files)
        {
            throw new ConnectorException(
                ErrorKind.NotFound,
                "RESOURCE_NOT_FOUND",
                "The store has no records but files."
            );
        }
    }

    private SyncRecord ToRecord(ObjectInfo info) =>
        new()
        {
            Id = info.Key,
            ModifiedAt = info.LastModified,
            Data = Describe(info),
            Version = VersionOf(info),
            Content = new RecordContent(token => OpenAsync(info.Key, token)),
        };

    private async ValueTask<OpenedContent> OpenAsync(string key, CancellationToken cancellationToken)
    {
        var opened = await store.GetAsync(key, ReadOptions.Default, cancellationToken);
        return new OpenedContent(opened.Content)
        {
            Length = opened.Length,
            ContentType = opened.Info.ContentType,
            Metadata = opened.Info.Metadata,
        };
    }

    private static byte[] Describe(ObjectInfo info)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (info.ContentType != UnknownType)
            {
                json.WriteString("contentType", info.ContentType);
            }

            json.WriteString("key", info.Key);
            json.WriteString("modifiedAt", info.LastModified.UtcDateTime);
            json.WriteNumber("size", info.Size);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
