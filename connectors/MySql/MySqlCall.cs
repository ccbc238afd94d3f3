using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql;

/// <summary>A connection while a statement with a deadline runs on it: at the deadline the server is made to end it.</summary>
internal sealed class MySqlCall
{
    private readonly MySqlDataSource _source;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _atDeadline;
    private Task? _stopping;
    private bool _isOver;

    private MySqlCall(MySqlDataSource source, MySqlConnection connection) =>
        (_source, Connection) = (source, connection);

    public MySqlConnection Connection { get; }

    /// <summary>Begins.</summary>
    /// <param name="source">The connection's pool.</param>
    /// <param name="connection">The connection; nothing runs on it yet.</param>
    /// <param name="deadline">When to stop.</param>
    /// <returns>The call.</returns>
    public static MySqlCall Begin(MySqlDataSource source, MySqlConnection connection, StatementDeadline deadline)
    {
        var call = new MySqlCall(source, connection);
        call._atDeadline = deadline.Token.UnsafeRegister(static state => ((MySqlCall)state!).Stop(), call);
        return call;
    }

    /// <summary>Makes the server end the statement now.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_isOver || _stopping is not null)
            {
                return;
            }

            _stopping = Task.Run(() => _source.StopAsync(Connection, _ended.Task), CancellationToken.None);
        }
    }

    /// <summary>Ends: from here on nothing stops what runs on the connection.</summary>
    /// <returns>A task that completes when no KILL is under way any more.</returns>
    public async ValueTask EndAsync()
    {
        await _atDeadline.DisposeAsync();
        lock (_gate)
        {
            _isOver = true;
        }

        if (_stopping is not null)
        {
            _ended.TrySetResult();
            await _stopping;
        }
    }
}
