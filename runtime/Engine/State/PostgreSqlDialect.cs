using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>A PostgreSQL database (14 or later) that any number of nodes share.</summary>
internal sealed class PostgreSqlDialect : StateDialect, IAsyncDisposable, IDisposable
{
    private const string Channel = "yyc3_changes";

    /// <summary>Keeps the locks of this product apart from those of others in the database: "YYC3" as a number.</summary>
    private const long LockClass = 0x59594333;

    private readonly NpgsqlDataSource _source;

    /// <exception cref="ArgumentException">The connection string cannot be used; the message quotes nothing secret.</exception>
    public PostgreSqlDialect(string connectionString, TimeSpan? lease = null)
    {
        _source = new NpgsqlDataSourceBuilder(
            WithDefaults(connectionString, lease ?? TimeSpan.FromSeconds(15))
        ).Build();
    }

    /// <summary>
    /// What comes later in a connection string wins, so the operator's own settings do. A statement whose client has died ends
    /// within a second, and so do its locks; a transaction that a node which stands still has left open ends with the node's
    /// leases, and no statement waits for a lock until its caller has gone.
    /// </summary>
    public static string WithDefaults(string connectionString, TimeSpan lease) =>
        "Application Name=yyc3-connectors;Timeout=5;Keepalive=10;Tcp Keepalive=true;"
        + "Max Auto Prepare=100;Auto Prepare Min Usages=2;"
        + "Options=-c client_connection_check_interval=1000 -c lock_timeout=10000"
        + $" -c idle_in_transaction_session_timeout={(long)lease.TotalMilliseconds};"
        + connectionString;

    public override string Name => "postgresql";

    /// <summary>Not bad data, a constraint, an error in the statement, or a limit of the server.</summary>
    public override bool IsPassing(DbException fault) =>
        fault is not PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '2', ..] or ['5', '4', ..] };

    public override bool HasSingleWriter => false;

    public override string Now => "cast(extract(epoch from statement_timestamp()) * 1000 as bigint)";

    public override string SkipLocked => " for update skip locked";

    public override string IsAmong(string column, string parameter) => $"{column} = any({parameter})";

    public override object List(IReadOnlyCollection<string> values) => values.ToArray();

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await _source.OpenConnectionAsync(cancellationToken);

    public override async ValueTask<DbTransaction> BeginWriteAsync(
        DbConnection connection,
        CancellationToken cancellationToken
    ) => await connection.BeginTransactionAsync(cancellationToken);

    public override Task LockAsync(DbTransaction transaction, StateLock name, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(
            new CommandDefinition(
                $"select pg_advisory_xact_lock({Key("@name")})",
                new { name = $"state {(int)name}", LockClass },
                transaction,
                cancellationToken: cancellationToken
            )
        );

    public override Task LockAsync(DbTransaction transaction, string name) =>
        transaction.Connection!.ExecuteAsync(
            $"select pg_advisory_xact_lock({Key("@name")})",
            new { name, LockClass },
            transaction
        );

    public override string JsonRows(string parameter, params IReadOnlyList<(string Name, string Type)> columns) =>
        $"json_to_recordset(cast({parameter} as json)) as r({string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"))})";

    public override async Task<IReadOnlyList<string>> TryLockAsync(
        DbTransaction transaction,
        IReadOnlyList<string> names
    )
    {
        var free = await transaction.Connection!.QueryAsync<string>(
            $"select name from unnest(@names) name where pg_try_advisory_xact_lock({Key("name")})",
            new { names, LockClass },
            transaction
        );
        return free.AsList();
    }

    /// <summary>
    /// Locks are the database's, in which others may have schemas of their own. Hashes of 64 bits: two names that share one only
    /// wait for each other needlessly.
    /// </summary>
    private static string Key(string name) => $"hashtextextended(current_schema() || '/' || {name}, @LockClass)";

    public override Task AnnounceAsync(DbTransaction transaction, StateTopic topic, string id) =>
        transaction.Connection!.ExecuteAsync(
            "select pg_notify(@Channel, @payload)",
            new { Channel, payload = $"{topic}:{id}" },
            transaction
        );

    public override async Task ListenAsync(
        Func<Task> connected,
        Func<StateTopic, string, Task> heard,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        // The driver may tell of one from another thread, when it looks whether the connection still lives.
        var arrived = new ConcurrentQueue<string>();
        connection.Notification += (_, notification) => arrived.Enqueue(notification.Payload);
        await connection.ExecuteAsync(new CommandDefinition($"listen {Channel}", cancellationToken: cancellationToken));
        await connected();
        while (true)
        {
            while (arrived.TryDequeue(out var payload))
            {
                var parts = payload.Split(':', 2);
                // A newer node may speak of what this one does not know.
                if (parts.Length == 2 && Enum.TryParse<StateTopic>(parts[0], out var topic))
                {
                    await heard(topic, parts[1]);
                }
            }

            await connection.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _source.Dispose();

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
