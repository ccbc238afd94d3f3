using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>SQLite in the data directory: WAL, full synchronisation, one writer.</summary>
internal sealed class SqliteDialect : StateDialect
{
    private readonly string _connectionString;

    public SqliteDialect(StateOptions options)
    {
        PrivateFolder.Create(options.RuntimeDirectory);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(options.RuntimeDirectory, "state.db"),
            Pooling = true,
            DefaultTimeout = 10,
        }.ConnectionString;
    }

    public override string Name => "sqlite";

    /// <summary>Not an error in the statement, too large a value, a constraint, or a value of the wrong type.</summary>
    public override bool IsPassing(DbException fault) =>
        fault is not SqliteException { SqliteErrorCode: 1 or 18 or 19 or 20 };

    public override bool HasSingleWriter => true;

    public override string Now => "@now";

    public override string SkipLocked => "";

    /// <summary>A parameter for each value would be looked up by its name among all.</summary>
    public override string IsAmong(string column, string parameter) =>
        $"{column} in (select value from json_each({parameter}))";

    public override object List(IReadOnlyCollection<string> values) => JsonSerializer.Serialize(values);

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            // FULL: what was acknowledged survives the loss of power, not only of the process.
            command.CommandText =
                "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma secure_delete=on";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override ValueTask<DbTransaction> BeginWriteAsync(
        DbConnection connection,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    /// <summary>A transaction that may write is the only one already.</summary>
    public override Task LockAsync(DbTransaction transaction, StateLock name, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public override Task LockAsync(DbTransaction transaction, string name) => Task.CompletedTask;

    public override string JsonRows(string parameter, params IReadOnlyList<(string Name, string Type)> columns) =>
        $"(select {string.Join(", ", columns.Select(column => $"value ->> '$.{column.Name}' as {column.Name}"))}"
        + $" from json_each({parameter})) as r";

    public override Task<IReadOnlyList<string>> TryLockAsync(DbTransaction transaction, IReadOnlyList<string> names) =>
        Task.FromResult(names);

    public override Task AnnounceAsync(DbTransaction transaction, StateTopic topic, string id) => Task.CompletedTask;

    /// <summary>There are no other nodes.</summary>
    public override Task ListenAsync(
        Func<Task> connected,
        Func<StateTopic, string, Task> heard,
        CancellationToken cancellationToken
    ) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
