using Microsoft.Win32.SafeHandles;

namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>
/// A folder below the root, reached without following any link. On Linux it is held by its descriptor: whoever renames or
/// replaces a folder above it afterwards cannot redirect what is done here.
/// </summary>
internal sealed class Folder : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly string _path;

    private Folder(SafeFileHandle? handle, string path)
    {
        _handle = handle;
        _path = handle is null
            ? path
            : "/proc/self/fd/" + Linux.Number(handle).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Where ordinary file calls reach the folder while this instance lives.</summary>
    public string Location => _path;

    /// <summary>Opens a folder that is there.</summary>
    /// <returns>The folder, or null when it is missing or is a file.</returns>
    public static Folder? Find(string root, ReadOnlySpan<string> segments) => Walk(root, segments, create: false);

    /// <summary>Opens a folder and makes what is missing of it durable.</summary>
    public static Folder Create(string root, ReadOnlySpan<string> segments)
    {
        DurableFolder.Ensure(root);
        return Walk(root, segments, create: true) ?? throw LocalFsErrors.PathIsAFile();
    }

    public string PathOf(string name) => Path.Combine(_path, name);

    public FileStatus? StatusOf(string name) => FileStatus.Of(PathOf(name));

    /// <summary>Opens a file for reading.</summary>
    /// <returns>The file, or null when there is none: nothing, a folder, a pipe.</returns>
    public SafeFileHandle? OpenFile(string name)
    {
        var handle = _handle is null ? OpenPortably(name) : Linux.OpenFile(_handle, name);
        if (handle is null)
        {
            return _handle is null ? null : NothingOrError();
        }

        if (FileStatus.Of(handle).Kind == EntryKind.File)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Removes a folder inside this one if it is empty.</summary>
    public bool TryRemove(string name)
    {
        if (_handle is not null)
        {
            return Linux.RemoveFolder(PathOf(name)) == 0;
        }

        try
        {
            Directory.Delete(PathOf(name));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Makes the names in this folder survive a power cut.</summary>
    public void Sync()
    {
        if (_handle is not null && Linux.Sync(_handle) != 0)
        {
            throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        }
    }

    public void Dispose() => _handle?.Dispose();

    private static Folder? Walk(string root, ReadOnlySpan<string> segments, bool create)
    {
        if (!Linux.IsAvailable)
        {
            return WalkPortably(root, segments, create);
        }

        var current = Linux.OpenRoot(root);
        if (current is null)
        {
            return Linux.LastError == Linux.NoEntry
                ? null
                : throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        }

        try
        {
            foreach (var segment in segments)
            {
                var next = Linux.OpenFolder(current, segment) ?? OpenMissing(current, segment, create);
                if (next is null)
                {
                    current.Dispose();
                    return null;
                }

                current.Dispose();
                current = next;
            }

            return new Folder(current, "");
        }
        catch
        {
            current.Dispose();
            throw;
        }
    }

    private static SafeFileHandle? OpenMissing(SafeFileHandle parent, string name, bool create)
    {
        var error = Linux.LastError;
        if (error is Linux.NotDirectory or Linux.TooManyLinks)
        {
            return IsLink(parent, name) ? throw LocalFsErrors.LeadsThroughLink() : null;
        }

        if (error != Linux.NoEntry)
        {
            throw LocalFsErrors.FromNumber(error, cause: null);
        }

        if (!create)
        {
            return null;
        }

        if (Linux.MakeFolder(parent, name) != 0 && Linux.LastError != Linux.Exists)
        {
            throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        }

        _ = Linux.Sync(parent);
        var made = Linux.OpenFolder(parent, name);
        if (made is null && Linux.LastError == Linux.NoEntry)
        {
            throw LocalFsErrors.FolderVanished();
        }

        return made ?? (IsLink(parent, name) ? throw LocalFsErrors.LeadsThroughLink() : null);
    }

    private static bool IsLink(SafeFileHandle parent, string name)
    {
        using var folder = new Folder(Duplicate(parent), "");
        return folder.StatusOf(name)?.Kind == EntryKind.Link;

        static SafeFileHandle Duplicate(SafeFileHandle handle) => new(handle.DangerousGetHandle(), ownsHandle: false);
    }

    private static Folder? WalkPortably(string root, ReadOnlySpan<string> segments, bool create)
    {
        var path = root;
        foreach (var segment in segments)
        {
            path = Path.Combine(path, segment);
            var status = FileStatus.Of(path);
            if (status is null && create)
            {
                Directory.CreateDirectory(path);
                status = FileStatus.Of(path);
            }

            if (status?.Kind == EntryKind.Link)
            {
                throw LocalFsErrors.LeadsThroughLink();
            }

            if (status?.Kind != EntryKind.Folder)
            {
                return null;
            }
        }

        return Directory.Exists(path) ? new Folder(null, path) : null;
    }

    private static SafeFileHandle? NothingOrError() =>
        Linux.LastError switch
        {
            Linux.NoEntry or Linux.NotDirectory or NoDevice => null,
            Linux.TooManyLinks => throw LocalFsErrors.LeadsThroughLink(),
            var error => throw LocalFsErrors.FromNumber(error, cause: null),
        };

    /// <summary>What opening a socket answers.</summary>
    private const int NoDevice = 6;

    private SafeFileHandle? OpenPortably(string name)
    {
        var path = PathOf(name);
        return FileStatus.Of(path)?.Kind switch
        {
            EntryKind.File => File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete),
            EntryKind.Link => throw LocalFsErrors.LeadsThroughLink(),
            _ => null,
        };
    }
}
