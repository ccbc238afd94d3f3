using Microsoft.Win32.SafeHandles;

namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>What tells one state of a file from another without reading it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes in the file.</param>
/// <param name="Modified">Last write, in nanoseconds since 1970.</param>
/// <param name="Inode">Number of the file; 0 where the system has none.</param>
internal readonly record struct FileStatus(EntryKind Kind, long Size, long Modified, ulong Inode)
{
    private const int StatusSize = 256;
    private const uint BasicStatus = 0x7FF;

    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch.AddTicks(Modified / TimeSpan.NanosecondsPerTick);

    /// <summary>Reads the status of a path without following a link.</summary>
    /// <returns>The status, or null when nothing is there.</returns>
    public static FileStatus? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Read(Linux.CurrentFolder, path, Linux.NoFollowLink);
        }

        FileSystemInfo entry = new FileInfo(path);
        if (!entry.Exists)
        {
            entry = new DirectoryInfo(path);
        }

        return entry.Exists || entry.LinkTarget is not null ? Of(entry) : null;
    }

    public static FileStatus Of(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            return Read(Linux.Number(handle), "", Linux.EmptyPath)
                ?? throw LocalFsErrors.FromNumber(Linux.NoEntry, cause: null);
        }

        var modified = (File.GetLastWriteTimeUtc(handle) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return new FileStatus(EntryKind.File, RandomAccess.GetLength(handle), modified, 0);
    }

    private static FileStatus Of(FileSystemInfo entry)
    {
        var kind =
            entry.LinkTarget is not null ? EntryKind.Link
            : entry is DirectoryInfo ? EntryKind.Folder
            : EntryKind.File;
        var modified = (entry.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return new FileStatus(kind, entry is FileInfo file && kind == EntryKind.File ? file.Length : 0, modified, 0);
    }

    private static FileStatus? Read(int folder, string path, int flags)
    {
        Span<byte> status = stackalloc byte[StatusSize];
        if (Linux.Status(folder, path, flags, BasicStatus, status) != 0)
        {
            return Linux.LastError is Linux.NoEntry or Linux.NotDirectory
                ? null
                : throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        }

        var kind = (BitConverter.ToUInt16(status[28..]) & 0xF000) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Folder,
            0xA000 => EntryKind.Link,
            _ => EntryKind.Other,
        };
        var seconds = BitConverter.ToInt64(status[112..]);
        var nanoseconds = BitConverter.ToUInt32(status[120..]);
        return new FileStatus(
            kind,
            BitConverter.ToInt64(status[40..]),
            (seconds * 1_000_000_000) + nanoseconds,
            BitConverter.ToUInt64(status[32..])
        );
    }
}
