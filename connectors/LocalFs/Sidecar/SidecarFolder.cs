using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs.Sidecar;

/// <summary>
/// The connector's own folder inside the root:
/// <c>temp/</c> uploads in progress, <c>objects/</c> one record per object, <c>versions/</c> bytes and records of what was
/// replaced or deleted, <c>locks/</c> see <see cref="KeyLocks"/>.
/// </summary>
internal sealed class SidecarFolder(string root, TimeSpan staleAfter, TimeProvider time)
{
    private const int VersionIdLength = 24;
    private const string DataSuffix = ".data";
    private const string RecordSuffix = ".json";
    private readonly string _path = Path.Combine(root, ObjectKey.SidecarName);
    private readonly Lock _gate = new();
    private bool _prepared;

    private string TempPath => Path.Combine(_path, "temp");

    /// <summary>Makes the root on first use and clears away what a crash left behind.</summary>
    public void Prepare()
    {
        lock (_gate)
        {
            if (_prepared)
            {
                return;
            }

            DurableFolder.Ensure(root);
            if (FileStatus.Of(_path) is { Kind: not EntryKind.Folder })
            {
                throw ConnectorException.Invalid("config.root", $"holds a '{ObjectKey.SidecarName}' that is no folder");
            }

            Sweep();
            _prepared = true;
        }
    }

    /// <summary>Whether records can be kept.</summary>
    public bool IsWritable() => RootCheck.MayWrite(Directory.Exists(_path) ? _path : root);

    public string LocksFolder()
    {
        EnsureOwn("locks");
        return Path.Combine(_path, "locks");
    }

    public TempFile CreateTemp()
    {
        EnsureOwn("temp");
        return TempFile.Create(TempPath);
    }

    /// <summary>The record written last for the object; whether it counts is the caller's to check.</summary>
    public ObjectRecord? FindCurrent(ObjectKey key) => Read(CurrentPath(key.Digest));

    /// <summary>Writes the object's record, durable before this returns.</summary>
    public Task WriteCurrentAsync(ObjectKey key, ObjectRecord record, CancellationToken cancellationToken)
    {
        var digest = key.Digest;
        EnsureOwn("objects", digest[..2]);
        return WriteAsync(CurrentPath(digest), record, isDurable: true, cancellationToken);
    }

    /// <summary>
    /// Writes the first record of a file that was never uploaded. It says only what the file says, so whether it survives the
    /// loss of power is not waited for: one that is torn counts as missing and is made again.
    /// </summary>
    public Task WriteFirstAsync(ObjectKey key, ObjectRecord record, CancellationToken cancellationToken)
    {
        var digest = key.Digest;
        EnsureOwn("objects", digest[..2]);
        return WriteAsync(CurrentPath(digest), record, isDurable: false, cancellationToken);
    }

    public void DeleteCurrent(ObjectKey key)
    {
        var path = CurrentPath(key.Digest);
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>Keeps the bytes of a version before its name is taken from it.</summary>
    public async Task KeepAsync(ObjectKey key, ObjectRecord record, string path, CancellationToken cancellationToken)
    {
        var digest = key.Digest;
        EnsureOwn("versions", digest[..2], digest[2..]);
        var kept = DataPath(digest, record.VersionId);
        await WriteAsync(VersionPath(digest, record.VersionId), record, isDurable: true, cancellationToken);
        switch (AtomicFile.TryLink(path, kept))
        {
            case LinkOutcome.Taken when FileStatus.Of(kept) != FileStatus.Of(path):
                File.Delete(kept);
                await KeepAsync(key, record, path, cancellationToken);
                return;
            case LinkOutcome.Unsupported:
                AtomicFile.Replace(path, kept);
                break;
        }

        DurableFolder.Sync(Path.GetDirectoryName(kept)!);
    }

    /// <summary>What was replaced or deleted and can still be read, newest first.</summary>
    public IEnumerable<ObjectRecord> Versions(ObjectKey key)
    {
        var digest = key.Digest;
        return VersionIds(digest)
            .OrderDescending(StringComparer.Ordinal)
            .Select(id => Read(VersionPath(digest, id)))
            .OfType<ObjectRecord>();
    }

    public ObjectRecord? FindVersion(ObjectKey key, string versionId) =>
        IsVersionId(versionId) && File.Exists(DataPath(key.Digest, versionId))
            ? Read(VersionPath(key.Digest, versionId))
            : null;

    public string VersionData(ObjectKey key, string versionId) => DataPath(key.Digest, versionId);

    public Task WriteVersionAsync(ObjectKey key, ObjectRecord record, CancellationToken cancellationToken) =>
        WriteAsync(VersionPath(key.Digest, record.VersionId), record, isDurable: true, cancellationToken);

    public void DeleteVersion(ObjectKey key, string versionId)
    {
        var digest = key.Digest;
        File.Delete(DataPath(digest, versionId));
        File.Delete(VersionPath(digest, versionId));
        DurableFolder.Sync(Path.GetDirectoryName(DataPath(digest, versionId))!);
    }

    /// <summary>An id greater than those of all earlier versions.</summary>
    public string NextVersionId(ObjectKey key, ObjectRecord? current)
    {
        var newest = current?.VersionId ?? VersionIds(key.Digest).Max(StringComparer.Ordinal);
        var ticks = time.GetUtcNow().UtcTicks;
        if (newest is { Length: VersionIdLength })
        {
            var last = long.Parse(newest.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            ticks = Math.Max(ticks, last + 1);
        }

        return ticks.ToString("x16", CultureInfo.InvariantCulture)
            + RandomNumberGenerator.GetHexString(8, lowercase: true);
    }

    private static bool IsVersionId(string text) =>
        text.Length == VersionIdLength && text.All(char.IsAsciiHexDigitLower);

    private static ObjectRecord? Read(string path)
    {
        try
        {
            // Shared in every way: on Windows an open record could not be replaced otherwise.
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var text = new byte[RandomAccess.GetLength(file)];
            return RecordJson.Read(text.AsMemory(0, RandomAccess.Read(file, text, 0)));
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task WriteAsync(string path, ObjectRecord record, bool isDurable, CancellationToken cancellationToken)
    {
        await using var temp = CreateTemp();
        await temp.Content.WriteAsync(RecordJson.Write(record), cancellationToken);
        if (isDurable)
        {
            RandomAccess.FlushToDisk(temp.Content.SafeFileHandle);
        }

        AtomicFile.Replace(temp.Path, path);
        if (isDurable)
        {
            DurableFolder.Sync(Path.GetDirectoryName(path)!);
        }
    }

    private IEnumerable<string> VersionIds(string digest)
    {
        var folder = VersionsPath(digest);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*" + DataSuffix)
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(IsVersionId)
            : [];
    }

    private string CurrentPath(string digest) =>
        Path.Combine(_path, "objects", digest[..2], digest[2..] + RecordSuffix);

    private string VersionsPath(string digest) => Path.Combine(_path, "versions", digest[..2], digest[2..]);

    private string DataPath(string digest, string versionId) =>
        Path.Combine(VersionsPath(digest), versionId + DataSuffix);

    private string VersionPath(string digest, string versionId) =>
        Path.Combine(VersionsPath(digest), versionId + RecordSuffix);

    private void EnsureOwn(params ReadOnlySpan<string> names)
    {
        var path = Path.Combine([_path, .. names]);
        if (Directory.Exists(path))
        {
            return;
        }

        if (!Directory.Exists(_path))
        {
            DurableFolder.Ensure(root);
            MakePrivate(_path);
            DurableFolder.Sync(root);
        }

        DurableFolder.Ensure(path);
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Sweep()
    {
        if (!Directory.Exists(TempPath))
        {
            return;
        }

        var oldest = time.GetUtcNow() - staleAfter;
        foreach (var path in Directory.EnumerateFiles(TempPath))
        {
            if (FileStatus.Of(path) is { } status && status.ModifiedAt < oldest)
            {
                try
                {
                    File.Delete(path);
                }
                catch (Exception error) when (LocalFsErrors.IsRefusal(error))
                {
                    return;
                }
            }
        }
    }
}
