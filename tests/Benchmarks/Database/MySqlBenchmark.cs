using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;
using Reference = MySql.Data.MySqlClient;

namespace Yyc3.Connectors.Benchmarks.Database;

/// <summary>Our client's rows against those of MySql.Data, both in this process.</summary>
internal static class MySqlBenchmark
{
    private const string Rows = "select id, name, value from kv where id <= 10000";
    private const int RowCount = 10_000;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("database.mysql"))
        {
            return;
        }

        await using var server = await MariaDbServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await server.RunAsync(
            $"use `{database}`; create table kv (id bigint primary key, name varchar(100) not null, value double not null); "
                + "insert into kv select seq, concat('name ', seq), seq * 0.5 from seq_1_to_20000"
        );
        using var harness = new ConnectorHarness();
        var network = harness.Context().Network;
        var options = new MySqlConnectionOptions(
            "127.0.0.1",
            server.Port,
            database,
            MariaDbServer.User,
            MariaDbServer.Password
        )
        {
            SslMode = MySqlSslMode.Disabled,
        };
        await using var ours = new MySqlConnection(options);
        await ours.OpenAsync(network, cancellationToken);
        var settings = new Reference.MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)server.Port,
            Database = database,
            UserID = MariaDbServer.User,
            Password = MariaDbServer.Password,
            SslMode = Reference.MySqlSslMode.Disabled,
        };
        await using var theirs = new Reference.MySqlConnection(settings.ConnectionString);
        await theirs.OpenAsync(cancellationToken);
        await board.CompareAsync(
            "database.mysql.rows.10k",
            Unit.PerSecond,
            _ => Rate.OfAsync(1, () => ReadAsync(ours)),
            token => Rate.OfAsync(1, () => ReadAsync(theirs, token)),
            cancellationToken
        );
    }

    private static async Task<int> ReadAsync(MySqlConnection connection)
    {
        var command = connection.CreateCommand(Rows);
        await command.PrepareAsync();
        var reader = await command.ExecuteReaderAsync();
        var count = 0;
        while (await reader.ReadAsync())
        {
            count +=
                reader.GetValue(0).AsInt64() > 0
                && reader.GetValue(1).AsText().Length > 0
                && reader.GetValue(2).AsDouble() > 0
                    ? 1
                    : 0;
        }

        await reader.NextResultAsync();
        return count == RowCount ? 1 : throw new InvalidOperationException($"{count} rows came.");
    }

    private static async Task<int> ReadAsync(Reference.MySqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new Reference.MySqlCommand(Rows, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var count = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            count += reader.GetInt64(0) > 0 && reader.GetString(1).Length > 0 && reader.GetDouble(2) > 0 ? 1 : 0;
        }

        return count == RowCount ? 1 : throw new InvalidOperationException($"{count} rows came.");
    }
}
