using Microsoft.Win32.SafeHandles;
using Yyc3.Connectors.LocalFs.Content;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.LocalFs.Sidecar;

namespace Yyc3.Connectors.LocalFs.Objects;

/// <summary>
/// Finds the file of a key together with its record. A file without a matching record, put there by somebody else, is hashed
/// and gets one.
/// </summary>
internal sealed class ObjectLookup(string root, SidecarFolder sidecar, KeyLocks locks)
{
    private const int Attempts = 5;

    /// <summary>Opens the object as it is now.</summary>
    /// <returns>The object, or null when there is none. It stays whole whatever is stored under the key meanwhile.</returns>
    public async Task<FoundObject?> OpenAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // Without the lock at first: file and record either match or a writer is between the two.
            if (OpenFile(key) is not { } file)
            {
                return null;
            }

            var status = FileStatus.Of(file);
            if (sidecar.FindCurrent(key) is { } record && record.Status == status)
            {
                return new FoundObject(file, record);
            }

            file.Dispose();
            var (done, found) = await OpenLockedAsync(key, cancellationToken);
            if (done)
            {
                return found;
            }
        }

        throw LocalFsErrors.ObjectChanging();
    }

    /// <summary>Opens one version, the current one included.</summary>
    /// <returns>The version, or null when there is none.</returns>
    public async Task<FoundObject?> OpenVersionAsync(
        ObjectKey key,
        string versionId,
        CancellationToken cancellationToken
    )
    {
        if (await OpenKeptAsync(key, versionId, cancellationToken) is { } kept)
        {
            return kept;
        }

        var current = await OpenAsync(key, cancellationToken);
        if (current is not null && string.Equals(current.Record.VersionId, versionId, StringComparison.Ordinal))
        {
            return current;
        }

        // It may have been the current one until a moment ago.
        current?.Dispose();
        return await OpenKeptAsync(key, versionId, cancellationToken);
    }

    /// <summary>Finds or makes the record of an open file. The caller holds the key's lock.</summary>
    public async Task<ObjectRecord> DescribeAsync(
        ObjectKey key,
        SafeFileHandle file,
        CancellationToken cancellationToken
    )
    {
        var status = FileStatus.Of(file);
        if (Find(key, status) is { } record)
        {
            return record;
        }

        var hash = await ContentWriter.HashAsync(file, cancellationToken);
        return await RegisterAsync(key, file, status, hash, cancellationToken);
    }

    /// <summary>Opens the object while the caller holds the key's lock.</summary>
    public async Task<FoundObject?> FindLockedAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (OpenFile(key) is not { } file)
        {
            return null;
        }

        try
        {
            return new FoundObject(file, await DescribeAsync(key, file, cancellationToken));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SafeFileHandle? OpenFile(ObjectKey key)
    {
        using var folder = Folder.Find(root, key.Folders);
        return folder?.OpenFile(key.Name);
    }

    private async Task<(bool Done, FoundObject? Found)> OpenLockedAsync(
        ObjectKey key,
        CancellationToken cancellationToken
    )
    {
        SafeFileHandle? file;
        FileStatus status;
        using (await locks.AcquireAsync(key, cancellationToken))
        {
            file = OpenFile(key);
            if (file is null)
            {
                return (true, null);
            }

            status = FileStatus.Of(file);
            if (Find(key, status) is { } record)
            {
                return (true, new FoundObject(file, record));
            }
        }

        try
        {
            if (!sidecar.IsWritable())
            {
                // No hash could be kept, and each listing would read the whole folder.
                return (true, new FoundObject(file, Adopt(key, file, status, hash: null)));
            }

            // Hashing may take long, so it runs without the lock.
            var hash = await ContentWriter.HashAsync(file, cancellationToken);
            using (await locks.AcquireAsync(key, cancellationToken))
            {
                if (FileStatus.Of(file) == status && IsStillThere(key, status))
                {
                    var record = Find(key, status) ?? await RegisterAsync(key, file, status, hash, cancellationToken);
                    return (true, new FoundObject(file, record));
                }
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return (false, null);
    }

    private bool IsStillThere(ObjectKey key, FileStatus status)
    {
        using var folder = Folder.Find(root, key.Folders);
        return folder?.StatusOf(key.Name) == status;
    }

    private async Task<FoundObject?> OpenKeptAsync(ObjectKey key, string versionId, CancellationToken cancellationToken)
    {
        if (sidecar.FindVersion(key, versionId) is not { } record)
        {
            return null;
        }

        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(sidecar.VersionData(key, versionId), share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        // After a restore from a backup the status differs, but not the content.
        if (
            FileStatus.Of(file) == record.Status
            || string.Equals(
                await ContentWriter.HashAsync(file, cancellationToken),
                record.StoredHash,
                StringComparison.Ordinal
            )
        )
        {
            return new FoundObject(file, record);
        }

        file.Dispose();
        throw LocalFsErrors.Damaged();
    }

    /// <summary>
    /// The record for a file in this state. After a crash between writing the new record and giving the new file its name it
    /// is still among the versions.
    /// </summary>
    private ObjectRecord? Find(ObjectKey key, FileStatus status) =>
        sidecar.FindCurrent(key) is { } current && current.Status == status
            ? current
            : sidecar.Versions(key).FirstOrDefault(version => version.Status == status);

    private async Task<ObjectRecord> RegisterAsync(
        ObjectKey key,
        SafeFileHandle file,
        FileStatus status,
        string hash,
        CancellationToken cancellationToken
    )
    {
        var last = sidecar.FindCurrent(key);
        var record =
            last is not null && string.Equals(last.StoredHash, hash, StringComparison.Ordinal)
                ? last with
                {
                    Status = status,
                }
                : Adopt(key, file, status, hash);
        try
        {
            await (
                last is null
                    ? sidecar.WriteFirstAsync(key, record, cancellationToken)
                    : sidecar.WriteCurrentAsync(key, record, cancellationToken)
            );
            return record;
        }
        catch (Exception error) when (LocalFsErrors.IsRefusal(error))
        {
            // This part of the sidecar can only be read: serve the file, and hash it again next time.
            return record with { VersionId = "" };
        }
    }

    /// <summary>Describes a file that was never uploaded.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="file">The file.</param>
    /// <param name="status">Its status.</param>
    /// <param name="hash">Hash of its content; null where none can be kept, so that its status has to tell changes.</param>
    private ObjectRecord Adopt(ObjectKey key, SafeFileHandle file, FileStatus status, string? hash) =>
        new()
        {
            Key = key.Text,
            VersionId = hash is null ? "" : sidecar.NextVersionId(key, current: null),
            Size = status.Size,
            ETag = hash ?? $"{status.Size:x}-{status.Modified:x}-{status.Inode:x}",
            ContentType = ContentTypes.Of(key.Name),
            StoredAt = status.ModifiedAt,
            Form = PackedHeader.Read(file) is null ? StoredForm.Plain : StoredForm.Damaged,
            Status = status,
            StoredHash = hash ?? "",
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal),
        };
}
