namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// Keeps a data directory to one host: two would each take the other's work for their own. The system lets go of it with the
/// process, however that ends. Not thread-safe.
/// </summary>
internal sealed class DataDirectoryLock(StateOptions options) : IDisposable
{
    private FileStream? _file;

    /// <summary>Takes the directory; again without effect.</summary>
    /// <returns>False when another process has it.</returns>
    public bool TryTake()
    {
        if (_file is not null)
        {
            return true;
        }

        PrivateFolder.Create(options.RuntimeDirectory);
        try
        {
            _file = new FileStream(
                Path.Combine(options.RuntimeDirectory, "lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            return true;
        }
        catch (IOException fault) when (fault is not DirectoryNotFoundException)
        {
            return false;
        }
    }

    public void Dispose() => _file?.Dispose();
}
