using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Sqlite;

/// <summary>
/// Says that this copy of the engine has a file open. Locks of POSIX belong to the process: two versions of this plugin, each
/// with its own copy of the engine, would both get the lock on one file and damage it. Released when disposed.
/// </summary>
internal sealed class FileClaim : IDisposable
{
    private const string Key = "yyc3.connectors.sqlite.files";

    private static readonly string Copy = Guid.NewGuid().ToString("N");

    private readonly string _path;
    private bool _released;

    private FileClaim(string path) => _path = path;

    /// <summary>Claims a file for this copy; other connectors of the same copy may claim it too.</summary>
    /// <param name="path">Absolute path, links followed.</param>
    /// <returns>The claim.</returns>
    /// <exception cref="ConnectorException">Another copy has it (<see cref="ErrorKind.Conflict"/>).</exception>
    public static FileClaim Take(string path)
    {
        var files = Files();
        lock (files)
        {
            var (copy, count) = files.GetValueOrDefault(path, (Copy, 0));
            if (!string.Equals(copy, Copy, StringComparison.Ordinal))
            {
                throw new ConnectorException(
                    ErrorKind.Conflict,
                    "DATABASE_BUSY",
                    "Another version of this plugin still has the database open."
                );
            }

            files[path] = (Copy, count + 1);
            return new FileClaim(path);
        }
    }

    public void Dispose()
    {
        var files = Files();
        lock (files)
        {
            if (_released)
            {
                return;
            }

            _released = true;
            var (copy, count) = files[_path];
            if (count == 1)
            {
                files.Remove(_path);
            }
            else
            {
                files[_path] = (copy, count - 1);
            }
        }
    }

    /// <summary>One table for the process; its types are the framework's own, so it ties no plugin to memory.</summary>
    private static Dictionary<string, (string Copy, int Count)> Files()
    {
        var process = AppDomain.CurrentDomain;
        lock (process)
        {
            if (process.GetData(Key) is not Dictionary<string, (string Copy, int Count)> files)
            {
                files = new Dictionary<string, (string Copy, int Count)>(StringComparer.Ordinal);
                process.SetData(Key, files);
            }

            return files;
        }
    }
}
