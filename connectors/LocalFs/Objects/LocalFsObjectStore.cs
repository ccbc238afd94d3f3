using Yyc3.Connectors.LocalFs.Content;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.LocalFs.Listing;
using Yyc3.Connectors.LocalFs.Sidecar;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.LocalFs.Objects;

/// <summary>Objects as files below a root; the keys are the paths.</summary>
internal sealed class LocalFsObjectStore : IDisposable
{
    // A cursor is for one folder tree, wherever it is mounted.
    private const string Scope = "";

    private readonly string _root;
    private readonly SidecarFolder _sidecar;
    private readonly KeyLocks _locks;
    private readonly ObjectLookup _lookup;
    private readonly ObjectPlacement _placement;
    private readonly ContentWriter _writer;
    private readonly ContentReader _reader;

    public LocalFsObjectStore(string root, TimeSpan staleAfter, EncryptionKeys keys, TimeProvider time)
    {
        _root = root;
        _sidecar = new SidecarFolder(root, staleAfter, time);
        _locks = new KeyLocks(_sidecar);
        _lookup = new ObjectLookup(root, _sidecar, _locks);
        _placement = new ObjectPlacement(root, _sidecar, _locks, _lookup, time);
        _writer = new ContentWriter(keys);
        _reader = new ContentReader(keys);
    }

    public async Task<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        var target = ObjectKey.Parse(key);
        ContentWriter.Check(options);
        _sidecar.Prepare();
        _placement.Check(target, options.CreateOnly);
        await using var temp = _sidecar.CreateTemp();
        var stored = await _writer.WriteAsync(content, temp.Content, options, cancellationToken);
        var draft = new ObjectRecord
        {
            Key = target.Text,
            VersionId = "",
            Size = stored.Size,
            ETag = stored.Hash,
            ContentType = options.ContentType,
            StoredAt = default,
            Form = stored.Form,
            Status = FileStatus.Of(temp.Content.SafeFileHandle),
            StoredHash = stored.StoredHash,
            Metadata = new Dictionary<string, string>(options.Metadata, StringComparer.Ordinal),
        };
        var record = await _placement.PlaceAsync(target, temp, draft, options.CreateOnly, cancellationToken);
        return record.ToInfo();
    }

    public async Task<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var found = await OpenAsync(key, options.VersionId, cancellationToken);
        return _reader.Open(found.File, found.Record, options.Range);
    }

    public async Task<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        using var found = await OpenAsync(key, versionId, cancellationToken);
        return found.Record.ToInfo();
    }

    public Task DeleteAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var target = ObjectKey.Parse(key);
        _sidecar.Prepare();
        return versionId is null
            ? _placement.DeleteAsync(target, cancellationToken)
            : _placement.DeleteVersionAsync(target, versionId, cancellationToken);
    }

    public async Task<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken)
    {
        var target = ObjectKey.Parse(destination);
        using var found = await OpenAsync(source, versionId: null, cancellationToken);
        _placement.Check(target, createOnly: false);
        await using var temp = _sidecar.CreateTemp();
        var hash = await ContentWriter.CopyAsync(found.File, temp.Content, cancellationToken);
        if (!string.Equals(hash, found.Record.StoredHash, StringComparison.Ordinal))
        {
            throw found.Record.Form == StoredForm.Plain ? LocalFsErrors.ObjectChanging() : LocalFsErrors.Damaged();
        }

        var draft = found.Record with { Key = target.Text, Status = FileStatus.Of(temp.Content.SafeFileHandle) };
        var record = await _placement.PlaceAsync(target, temp, draft, createOnly: false, cancellationToken);
        return record.ToInfo();
    }

    public async Task<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken)
    {
        var target = ObjectKey.Parse(key);
        _sidecar.Prepare();
        var records = await _placement.ListVersionsAsync(target, cancellationToken);
        return [.. records.Select(record => record.ToInfo())];
    }

    public async Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken)
    {
        if (options.Limit is < 1 or > 1000)
        {
            throw ConnectorException.Invalid("limit", "must be from 1 to 1000");
        }

        var walk = new FolderWalk(_root, options.Prefix, options.Recursive);
        var after = ListCursor.Read(options, Scope) ?? "";
        _sidecar.Prepare();
        var objects = new List<ObjectInfo>();
        foreach (var key in walk.KeysAfter(after, options.Limit + 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (objects.Count == options.Limit)
            {
                return new ObjectPage(objects, ListCursor.Write(options, Scope, objects[^1].Key));
            }

            if (await DescribeAsync(key, cancellationToken) is { } info)
            {
                objects.Add(info);
            }
        }

        return new ObjectPage(objects, null);
    }

    public void Dispose() => _locks.Dispose();

    /// <summary>Describes a listed file, unless it is gone by now, or is a link, or may not be read.</summary>
    private async Task<ObjectInfo?> DescribeAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            using var found = await _lookup.OpenAsync(ObjectKey.Parse(key), cancellationToken);
            return found?.Record.ToInfo();
        }
        catch (Exception error)
            when (error is UnauthorizedAccessException or ConnectorException { Kind: ErrorKind.InvalidArgument })
        {
            return null;
        }
    }

    private async Task<FoundObject> OpenAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var target = ObjectKey.Parse(key);
        _sidecar.Prepare();
        var found = versionId is null
            ? await _lookup.OpenAsync(target, cancellationToken) ?? throw LocalFsErrors.ObjectNotFound()
            : await _lookup.OpenVersionAsync(target, versionId, cancellationToken)
                ?? throw LocalFsErrors.VersionNotFound();
        if (found.Record.Form != StoredForm.Damaged)
        {
            return found;
        }

        found.Dispose();
        throw LocalFsErrors.Damaged();
    }
}
