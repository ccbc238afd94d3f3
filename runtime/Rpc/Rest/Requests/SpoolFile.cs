namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>A temporary file that nobody else can read and that is gone when it is closed.</summary>
internal static class SpoolFile
{
    public static FileStream Create(string directory)
    {
        Directory.CreateDirectory(directory);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(directory, Path.GetRandomFileName()), options);
    }
}
