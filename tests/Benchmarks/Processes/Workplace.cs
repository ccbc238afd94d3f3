using System.Runtime.CompilerServices;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>A folder of this run on the disk of the repository, deleted at the end. Temporary folders may be in memory.</summary>
internal sealed class Workplace : IDisposable
{
    private int _folders;

    public static string Repository { get; } = FindRepository();

    public string Folder { get; } =
        Directory.CreateDirectory(Path.Combine(Repository, "artifacts", "bench", Path.GetRandomFileName())).FullName;

    /// <summary>The built assembly of a project.</summary>
    public static string Assembly(string project) =>
        Path.Combine(Repository, "artifacts", "bin", project, "release", project + ".dll");

    /// <summary>Writes a file.</summary>
    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(Folder, $"folder-{_folders++}")).FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindRepository([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
