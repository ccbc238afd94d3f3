using System.Runtime.CompilerServices;

namespace Yyc3.Connectors.TestServers;

/// <summary>Where test servers keep their files: short paths, readable for the users that the servers run as.</summary>
public static class ServerFolder
{
    /// <summary>The repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A new folder.</summary>
    public static string New(string server)
    {
        var folder = Directory.CreateTempSubdirectory($"yyc3-{server}-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        return folder;
    }

    /// <summary>Deletes one, as far as it lets itself be deleted.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A server that is still ending holds a file; the folder is a temporary one.
        }
    }

    private static string FindRepository([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
