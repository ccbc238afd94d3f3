using Microsoft.Data.Sqlite;
using SQLitePCL;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>The writer's connection to the file, opened when needed. Used by one thread at a time.</summary>
internal sealed class QueueFile(string path, QueueRules rules, TimeProvider time) : IDisposable
{
    private const int BusyMilliseconds = 5000;

    /// <summary>Names this plugin version's copy of the engine.</summary>
    private static readonly string Copy = Guid.NewGuid().ToString("N");

    private readonly Rotation _sending = new();
    private readonly Rotation _receiving = new();
    private FileClaim? _claim;
    private SqliteConnection? _connection;
    private QueueStatements? _statements;
    private string _queueId = "";

    /// <summary>Starts a transaction that no other instance can write beside.</summary>
    public Batch Begin()
    {
        var statements = _statements ?? Open();
        statements.Begin.Run();
        return new Batch(statements, _queueId, rules)
        {
            Now = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Sending = _sending,
            Receiving = _receiving,
        };
    }

    /// <summary>Closes the file until the next transaction; one that is open is undone.</summary>
    public void Dispose()
    {
        _statements = null;
        _connection?.Dispose();
        _connection = null;
        _claim?.Dispose();
        _claim = null;
    }

    private QueueStatements Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _claim = FileClaim.Take(path, Copy, TimeSpan.FromMilliseconds(BusyMilliseconds));
        // A pooled connection would outlive the connector and hold the file.
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 1,
        };
        _connection = new SqliteConnection(source.ToString());
        _connection.Open();

        // SQLite's own waiting starts at a millisecond, the provider's at 150: two instances share a file at full speed.
        raw.sqlite3_busy_timeout(_connection.Handle!, BusyMilliseconds);
        Execute("pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864;");
        LimitSize(_connection);
        MigrateFile();
        _statements = new QueueStatements(_connection);
        _queueId = _statements.QueueId.Text()!;
        return _statements;
    }

    private void MigrateFile()
    {
        using var version = new SqliteCommand("pragma user_version", _connection);
        var found = (long)version.ExecuteScalar()!;
        if (found > QueueSchema.Version)
        {
            throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "STORAGE_TOO_NEW",
                "The queue's file was written by a newer version of the connector."
            );
        }

        if (found < QueueSchema.Version)
        {
            Execute("begin immediate");
            Execute(QueueSchema.Create);
            Execute("commit");
        }
    }

    private void LimitSize(SqliteConnection connection)
    {
        if (rules.MaxPages is { } pages)
        {
            raw.sqlite3_exec(connection.Handle!, $"pragma max_page_count = {pages}");
        }
    }

#pragma warning disable CA2100 // Only constants of this assembly come here.
    private void Execute(string sql)
    {
        using var command = new SqliteCommand(sql, _connection);
        command.ExecuteNonQuery();
    }
#pragma warning restore CA2100
}
