using System.Globalization;

namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>
/// Sends <c>KILL QUERY</c> over a connection of its own, beyond the pool, so that a full pool can be stopped too. Thread-safe.
/// </summary>
/// <param name="connect">Opens a connection.</param>
/// <param name="options">How long a kept connection is believed to live, and how long a statement may take to end.</param>
/// <param name="time">The clock.</param>
internal sealed class QueryKiller(
    Func<CancellationToken, Task<MySqlConnection>> connect,
    MySqlConnectionOptions options,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private MySqlConnection? _connection;
    private bool _disposed;

    /// <summary>Ends the statement of a session; does nothing when none runs, but may hit its next.</summary>
    /// <param name="threadId">The session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that completes when the server has taken it.</returns>
    public async Task KillAsync(uint threadId, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!await TryKeptAsync(threadId, cancellationToken))
            {
                _connection = await connect(cancellationToken);
                await KillAsync(_connection, threadId, cancellationToken);
            }

            _connection!.IdleSince = time.GetTimestamp();
        }
        finally
        {
            if (_disposed && _connection is not null)
            {
                await _connection.CloseAsync();
                _connection = null;
            }

            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        _disposed = true;
        if (_connection is not null)
        {
            await _connection.CloseAsync();
            _connection = null;
        }

        _turn.Release();
    }

    /// <summary>
    /// Tries the connection of the last time. It may have died without a word, so it has only part of the time that there is.
    /// </summary>
    private async Task<bool> TryKeptAsync(uint threadId, CancellationToken cancellationToken)
    {
        if (_connection is not { } kept)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(options.StopTimeout / 4, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (!kept.IsBroken && !kept.HasNews && time.GetElapsedTime(kept.IdleSince) < options.PingAfter)
            {
                await KillAsync(kept, threadId, either.Token);
                return true;
            }
        }
        catch (Exception)
        {
            // Whatever it was: a new connection tells more.
            cancellationToken.ThrowIfCancellationRequested();
        }

        kept.Drop();
        _connection = null;
        return false;
    }

    private static async Task KillAsync(MySqlConnection connection, uint threadId, CancellationToken cancellationToken)
    {
        await using var end = cancellationToken.UnsafeRegister(
            static state => ((MySqlConnection)state!).Abort(),
            connection
        );
        var command = connection.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"KILL QUERY {threadId}"));
        try
        {
            await command.ExecuteNonQueryAsync();
        }
        catch (MySqlException failure) when (failure.Number == MySqlErrorCode.NoSuchThread)
        {
            // The whole session has ended.
        }
    }
}
