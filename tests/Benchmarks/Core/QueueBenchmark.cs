using Microsoft.Data.Sqlite;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>Durable sends by many callers at the local queue, against one insert per transaction in the same database.</summary>
internal static class QueueBenchmark
{
    private const int Callers = 64;
    private const int BodyLength = 200;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("core.queue"))
        {
            return;
        }

        using var harness = new ConnectorHarness();
        await using var queue = new LocalQueueConnector(harness.Context());
        var path = Path.Combine(harness.DataDirectory, "baseline.db");
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        await using var connection = new SqliteConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await PrepareAsync(connection, cancellationToken);
        await board.CompareAsync(
            "core.queue.c64",
            Unit.PerSecond,
            token => SendAsync(queue, token),
            token => InsertAsync(connection, token),
            cancellationToken
        );
    }

    private static async Task<double> SendAsync(LocalQueueConnector queue, CancellationToken cancellationToken)
    {
        IReadOnlyList<OutgoingMessage> message = [new OutgoingMessage(new byte[BodyLength])];
        var begun = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(async _ =>
                {
                    var count = 0;
                    for (; TimeProvider.System.GetElapsedTime(begun) < RoundTime; count++)
                    {
                        await queue.SendAsync("orders", message, cancellationToken);
                    }

                    return count;
                })
        );
        return counts.Sum() / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<double> InsertAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using var insert = connection.CreateCommand();
        insert.CommandText = "insert into messages (body) values ($body)";
        insert.Parameters.AddWithValue("$body", new byte[BodyLength]);
        var begun = TimeProvider.System.GetTimestamp();
        var count = 0;
        for (; TimeProvider.System.GetElapsedTime(begun) < RoundTime; count++)
        {
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        return count / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task PrepareAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            pragma journal_mode = wal;
            pragma synchronous = full;
            create table messages (id integer primary key, body blob);
            """;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
