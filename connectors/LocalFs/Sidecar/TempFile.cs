namespace Yyc3.Connectors.LocalFs.Sidecar;

/// <summary>A file on its way to its name. Gone when disposed, unless it has been moved.</summary>
internal sealed class TempFile : IAsyncDisposable
{
    private TempFile(string path, FileStream content) => (Path, Content) = (path, content);

    public string Path { get; }

    public FileStream Content { get; }

    public static TempFile Create(string folder)
    {
        var path = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        return new TempFile(path, new FileStream(path, options));
    }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        File.Delete(Path);
    }
}
