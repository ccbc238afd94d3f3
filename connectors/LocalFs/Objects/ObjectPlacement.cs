using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.LocalFs.Sidecar;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs.Objects;

/// <summary>
/// Gives finished files their names and takes names away. The order of the steps is what a crash relies on: first the old
/// version is kept, then the new record is durable, then the name changes hands in one step.
/// </summary>
internal sealed class ObjectPlacement(
    string root,
    SidecarFolder sidecar,
    KeyLocks locks,
    ObjectLookup lookup,
    TimeProvider time
)
{
    private const int Attempts = 20;

    /// <summary>Refuses what <see cref="PlaceAsync"/> would refuse, before the content is read.</summary>
    public void Check(ObjectKey key, bool createOnly)
    {
        using var folder = Folder.Find(root, key.Folders);
        Check(folder?.StatusOf(key.Name), createOnly);
    }

    /// <summary>Makes a written file the object.</summary>
    public async Task<ObjectRecord> PlaceAsync(
        ObjectKey key,
        TempFile file,
        ObjectRecord draft,
        bool createOnly,
        CancellationToken cancellationToken
    )
    {
        await AdoptAsync(key, cancellationToken);
        using var held = await locks.AcquireAsync(key, cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (await TryPlaceAsync(key, file, draft, createOnly, cancellationToken) is { } record)
                    {
                        return record;
                    }
                }
                catch (DirectoryNotFoundException) when (attempt < Attempts)
                {
                    // Somebody deleted the folder's last object and with it the folder.
                }

                if (attempt == Attempts)
                {
                    throw LocalFsErrors.ObjectChanging();
                }
            }
        }
        catch
        {
            Prune(key);
            throw;
        }
    }

    /// <summary>Takes the name away and keeps the bytes as a version.</summary>
    public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await AdoptAsync(key, cancellationToken);
        using var held = await locks.AcquireAsync(key, cancellationToken);
        using var folder = Folder.Find(root, key.Folders) ?? throw LocalFsErrors.ObjectNotFound();
        using (var file = folder.OpenFile(key.Name) ?? throw LocalFsErrors.ObjectNotFound())
        {
            var record = await lookup.DescribeAsync(key, file, cancellationToken);
            await sidecar.KeepAsync(key, record, folder.PathOf(key.Name), cancellationToken);
        }

        Remove(key, folder);
    }

    /// <summary>Deletes the bytes of one version for good.</summary>
    public async Task DeleteVersionAsync(ObjectKey key, string versionId, CancellationToken cancellationToken)
    {
        await AdoptAsync(key, cancellationToken);
        using var held = await locks.AcquireAsync(key, cancellationToken);
        var isKept = sidecar.FindVersion(key, versionId) is not null;
        var isCurrent = await RemoveCurrentAsync(key, versionId, cancellationToken);
        if (!isKept && !isCurrent)
        {
            throw LocalFsErrors.VersionNotFound();
        }

        if (isKept)
        {
            sidecar.DeleteVersion(key, versionId);
        }
    }

    /// <summary>The versions that can be read, newest first.</summary>
    public async Task<IReadOnlyList<ObjectRecord>> ListVersionsAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await AdoptAsync(key, cancellationToken);
        using var held = await locks.AcquireAsync(key, cancellationToken);
        var records = sidecar.Versions(key).ToList();
        using var current = await lookup.FindLockedAsync(key, cancellationToken);
        if (current is not null && records.TrueForAll(record => record.VersionId != current.Record.VersionId))
        {
            records.Insert(0, current.Record);
        }

        return records;
    }

    private static void Check(FileStatus? status, bool createOnly)
    {
        switch (status?.Kind)
        {
            case null:
                return;
            case EntryKind.File when createOnly:
                throw LocalFsErrors.ObjectExists();
            case EntryKind.File:
                return;
            case EntryKind.Link:
                throw LocalFsErrors.LeadsThroughLink();
            case EntryKind.Folder:
                throw LocalFsErrors.PathIsAFolder();
            default:
                throw LocalFsErrors.NotAFile();
        }
    }

    /// <summary>Hashes a file that was never uploaded before the lock is taken, so that others need not wait for it.</summary>
    private async Task AdoptAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var found = await lookup.OpenAsync(key, cancellationToken);
    }

    private async Task<ObjectRecord?> TryPlaceAsync(
        ObjectKey key,
        TempFile file,
        ObjectRecord draft,
        bool createOnly,
        CancellationToken cancellationToken
    )
    {
        using var folder = Folder.Create(root, key.Folders);
        var path = folder.PathOf(key.Name);
        Check(folder.StatusOf(key.Name), createOnly);
        ObjectRecord? old = null;
        using (var existing = folder.OpenFile(key.Name))
        {
            if (existing is not null)
            {
                old = await lookup.DescribeAsync(key, existing, cancellationToken);
                await sidecar.KeepAsync(key, old, path, cancellationToken);
            }
        }

        var record = draft with { VersionId = sidecar.NextVersionId(key, old), StoredAt = time.GetUtcNow() };
        await sidecar.WriteCurrentAsync(key, record, cancellationToken);
        if (old is not null)
        {
            AtomicFile.Replace(file.Path, path);
        }
        else if (!AtomicFile.TryCreate(file.Path, path))
        {
            return null;
        }

        folder.Sync();
        return record;
    }

    private async Task<bool> RemoveCurrentAsync(ObjectKey key, string versionId, CancellationToken cancellationToken)
    {
        using (var current = await lookup.FindLockedAsync(key, cancellationToken))
        {
            if (current is null || current.Record.VersionId != versionId)
            {
                return false;
            }
        }

        using var folder = Folder.Find(root, key.Folders);
        if (folder is not null)
        {
            Remove(key, folder);
        }

        return true;
    }

    private void Remove(ObjectKey key, Folder folder)
    {
        File.Delete(folder.PathOf(key.Name));
        folder.Sync();
        sidecar.DeleteCurrent(key);
        Prune(key);
    }

    /// <summary>Removes the key's folders from the innermost on, as long as they are empty.</summary>
    private void Prune(ObjectKey key)
    {
        try
        {
            for (var depth = key.Folders.Length; depth > 0; depth--)
            {
                using var parent = Folder.Find(root, key.Folders[..(depth - 1)]);
                if (parent is null || !parent.TryRemove(key.Folders[depth - 1]))
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ConnectorException)
        {
            // An empty folder that stays harms nobody; the call itself has its result already.
        }
    }
}
