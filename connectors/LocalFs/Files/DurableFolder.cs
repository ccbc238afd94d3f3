namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>Folders addressed by path, such as the root and the sidecar's own.</summary>
internal static class DurableFolder
{
    /// <summary>Makes a folder and the missing ones above it, each durable before the next.</summary>
    public static void Ensure(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path);
        if (parent is not null)
        {
            Ensure(parent);
        }

        Directory.CreateDirectory(path);
        if (parent is not null)
        {
            Sync(parent);
        }
    }

    /// <summary>Makes the names in a folder survive a power cut, where the system has a call for it.</summary>
    public static void Sync(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var handle = Linux.OpenRoot(path) ?? throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        if (Linux.Sync(handle) != 0)
        {
            throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        }
    }
}
