namespace Yyc3.Connectors.Sdk;

/// <summary>
/// Says that a plugin version's own copy of a native engine has a file open. Locks of POSIX belong to the process: two plugin
/// versions, each with its own copy of SQLite, would both get the lock on one file and damage it. Claims of the same copy
/// share a file; another copy waits until they are released. Thread-safe.
/// </summary>
public sealed class FileClaim : IDisposable
{
    // This assembly is shared by all plugins, so the table is the process's.
    private static readonly Dictionary<string, (string Copy, int Count)> Files = new(StringComparer.Ordinal);

    private readonly string _path;
    private bool _isReleased;

    private FileClaim(string path) => _path = path;

    /// <summary>Claims a file. Blocks the thread while another copy has it: call it where blocking is allowed.</summary>
    /// <param name="path">Absolute path, links followed.</param>
    /// <param name="copy">Names the caller's copy of the engine: any value made once per loaded plugin.</param>
    /// <param name="wait">Longest time to wait; a replaced plugin version lets go after its last call.</param>
    /// <returns>The claim; dispose it when the file is closed.</returns>
    /// <exception cref="ConnectorException">
    /// Another copy still has it (<see cref="ErrorKind.Conflict"/>, <c>DATABASE_BUSY</c>).
    /// </exception>
    public static FileClaim Take(string path, string copy, TimeSpan wait)
    {
        var deadline = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        lock (Files)
        {
            while (Files.TryGetValue(path, out var held) && !string.Equals(held.Copy, copy, StringComparison.Ordinal))
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(Files, TimeSpan.FromMilliseconds(left)))
                {
                    throw new ConnectorException(
                        ErrorKind.Conflict,
                        "DATABASE_BUSY",
                        "Another version of this plugin still has the file open."
                    );
                }
            }

            Files[path] = (copy, Files.GetValueOrDefault(path).Count + 1);
            return new FileClaim(path);
        }
    }

    /// <summary>Gives the file up; a second time does nothing.</summary>
    public void Dispose()
    {
        lock (Files)
        {
            if (_isReleased)
            {
                return;
            }

            _isReleased = true;
            var (copy, count) = Files[_path];
            if (count > 1)
            {
                Files[_path] = (copy, count - 1);
                return;
            }

            Files.Remove(_path);
            Monitor.PulseAll(Files);
        }
    }
}
