namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>Gives a finished file its name in one step.</summary>
internal static class AtomicFile
{
    /// <summary>Moves a file over whatever file has the name.</summary>
    public static void Replace(string from, string to)
    {
        // File.Move would copy across file systems, which is not one step.
        if (!OperatingSystem.IsLinux())
        {
            File.Move(from, to, overwrite: true);
            return;
        }

        if (Linux.Rename(from, to) != 0)
        {
            throw LocalFsErrors.FromNumber(Linux.LastError, cause: null);
        }
    }

    /// <summary>Moves a file to a name that must be free; of racing callers one wins.</summary>
    /// <returns>False when the name is taken.</returns>
    public static bool TryCreate(string from, string to)
    {
        switch (TryLink(from, to))
        {
            case LinkOutcome.Linked:
                File.Delete(from);
                return true;
            case LinkOutcome.Taken:
                return false;
            default:
                return TryCreatePortably(from, to);
        }
    }

    /// <summary>Gives a file a second name.</summary>
    public static LinkOutcome TryLink(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return LinkOutcome.Unsupported;
        }

        if (Linux.Link(from, to) == 0)
        {
            return LinkOutcome.Linked;
        }

        return Linux.LastError switch
        {
            Linux.Exists => LinkOutcome.Taken,
            Linux.NoEntry
            or Linux.CrossDevice
            or Linux.AccessDenied
            or Linux.NoSpace
            or Linux.OverQuota
            or Linux.ReadOnlyFileSystem => throw LocalFsErrors.FromNumber(Linux.LastError, cause: null),
            _ => LinkOutcome.Unsupported,
        };
    }

    private static bool TryCreatePortably(string from, string to)
    {
        // The placeholder decides the race; whoever made it may put the content in its place.
        try
        {
            using var placeholder = File.OpenHandle(to, FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }

        try
        {
            Replace(from, to);
            return true;
        }
        catch
        {
            File.Delete(to);
            throw;
        }
    }
}
