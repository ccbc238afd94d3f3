using System.Collections.Concurrent;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sqlite;

/// <summary>
/// The connections of one integration: one that writes and a few that read. Getting one is asynchronous; using it blocks, so
/// its user does that on a <see cref="BlockingThreads">thread of its own</see>, of which there are never more than connections.
/// </summary>
internal sealed class SqlitePool(SqliteOptions options) : IAsyncDisposable
{
    /// <summary>Names this plugin version's copy of the engine.</summary>
    private static readonly string Copy = Guid.NewGuid().ToString("N");

    private readonly SemaphoreSlim _readers = new(options.Readers);
    private readonly SemaphoreSlim _writer = new(1);
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private SqliteSession? _writing;
    private FileClaim? _claim;
    private volatile bool _created;
    private volatile bool _disposed;

    /// <summary>Connections and who uses them; waiting calls are not counted.</summary>
    public PoolUsage Usage
    {
        get
        {
            var reading = options.Readers - _readers.CurrentCount;
            var writing = 1 - _writer.CurrentCount;
            var open = reading + _idle.Count + (_writing is null ? 0 : 1);
            return new PoolUsage(Math.Max(open, reading + writing), reading + writing, 0, options.Readers + 1);
        }
    }

    /// <summary>Waits for its turn, then works on a reading connection until <see cref="Return"/>.</summary>
    /// <param name="work">Runs on a worker thread; when it throws, the connection is returned.</param>
    /// <param name="deadline">Ends the waiting for a turn.</param>
    /// <returns>What the work gives.</returns>
    public async Task<T> RentAsync<T>(Func<SqliteSession, T> work, StatementDeadline deadline)
    {
        if (!_created)
        {
            await WriteAsync(_ => true, deadline);
        }

        await WaitAsync(_readers, deadline);
        return await BlockingThreads.RunAsync(() => Rent(work));
    }

    /// <summary>Gives a reading connection back.</summary>
    /// <param name="session">The connection; nothing runs on it any more.</param>
    public void Return(SqliteSession session)
    {
        session.Stop = CancellationToken.None;
        if (session.Broken || _disposed)
        {
            session.Dispose();
        }
        else
        {
            _idle.Add(session);
            if (_disposed)
            {
                CloseIdle();
            }
        }

        _readers.Release();
        ReleaseClaim();
    }

    /// <summary>Waits for its turn, then works on the writing connection.</summary>
    /// <param name="work">Runs on a worker thread.</param>
    /// <param name="deadline">Ends the waiting for a turn.</param>
    /// <returns>What the work gives.</returns>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, StatementDeadline deadline)
    {
        await WaitAsync(_writer, deadline);
        try
        {
            return await BlockingThreads.RunAsync(() => Write(work));
        }
        finally
        {
            _writer.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _writer.WaitAsync(CancellationToken.None);

        // The writer goes last: only it can fold the log back into the file.
        await BlockingThreads.RunAsync(() =>
        {
            CloseIdle();
            _writing?.Dispose();
            return _writing = null;
        });
        _writer.Release();
        ReleaseClaim();
    }

    private static async Task WaitAsync(SemaphoreSlim turn, StatementDeadline deadline)
    {
        try
        {
            await turn.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException over)
        {
            throw deadline.Error(over);
        }
    }

    private T Rent<T>(Func<SqliteSession, T> work)
    {
        SqliteSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            session = _idle.TryTake(out var idle) ? idle : SqliteSession.Open(options.Path, readOnly: true);
            return work(session);
        }
        catch (Exception error)
        {
            if (session is null)
            {
                _readers.Release();
            }
            else
            {
                Return(session);
            }

            if (error is SqliteFailure failure)
            {
                throw SqliteErrors.Map(failure);
            }

            throw;
        }
    }

    private T Write<T>(Func<SqliteSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _writing ??= Create();
            return work(_writing);
        }
        catch (SqliteFailure failure)
        {
            throw SqliteErrors.Map(failure);
        }
        finally
        {
            _writing?.RollBack();
            if (_writing is { Broken: true })
            {
                _writing.Dispose();
                _writing = null;
            }
        }
    }

    private SqliteSession Create()
    {
        CreateFolder();
        _claim ??= FileClaim.Take(options.Path, Copy, options.BusyTimeout);
        var session = SqliteSession.Open(options.Path, readOnly: false);
        try
        {
            for (var tries = options.BusyTimeout.TotalMilliseconds / SqliteSession.BusySliceMilliseconds; ; tries--)
            {
                try
                {
                    session.Run("PRAGMA journal_mode=WAL");
                    _created = true;
                    return session;
                }
                catch (SqliteFailure failure) when (failure.Primary == SQLitePCL.raw.SQLITE_BUSY && tries > 1)
                {
                    // Another process is opening the same file; the engine has waited a slice already.
                }
            }
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(options.Path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(
                ErrorKind.Unavailable,
                "STORAGE_UNAVAILABLE",
                "The folder of the database file cannot be made.",
                innerException: error
            );
        }
    }

    /// <summary>Lets another copy of the engine have the file once nothing here has it open.</summary>
    private void ReleaseClaim()
    {
        if (_disposed && _writing is null && _readers.CurrentCount == options.Readers)
        {
            _claim?.Dispose();
        }
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
