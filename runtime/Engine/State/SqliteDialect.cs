using System.Data.Common;
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

    public override bool HasSingleWriter => true;

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
}
