using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>What is stopped here is stopped at the server, too.</summary>
public sealed class MongoStopTests : MongoOwnServerTests
{
    private const string Slow = """{"find": "items", "comment": "sleep 60000"}""";

    [Fact]
    public async Task Timeout_is_the_servers_own_and_costs_no_connection()
    {
        await FillAsync(1);
        var slow = Statement(Slow) with { Timeout = TimeSpan.FromMilliseconds(100) };
        for (var round = 0; round < 5; round++)
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() =>
                Connector.QueryAsync(slow, default).AsTask()
            );
            Assert.Equal((ErrorKind.Timeout, "QUERY_TIMEOUT"), (error.Kind, error.Code));
        }

        Assert.Equal((1, 0), (Connector.PoolUsage.Open, Connector.PoolUsage.InUse));
        await UntilNoneAsync("activeOperations");
    }

    [Fact]
    public async Task Cancelled_query_ends_at_the_server()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Connector.QueryAsync(Statement(Slow), caller.Token).AsTask().WaitAsync(Patience)
        );

        Assert.Equal(0, Connector.PoolUsage.Open);
        await UntilNoneAsync("activeOperations");
    }

    [Fact]
    public async Task Cursor_of_a_reader_that_is_disposed_early_is_killed()
    {
        await FillAsync(1000);
        for (var round = 0; round < 20; round++)
        {
            await using var reader = await Connector.QueryAsync(Statement("""{"find": "items"}"""), default);
            Assert.True(await reader.ReadAsync(default));
        }

        Assert.Equal(DbValue.From(0), (await QueryAsync("""{"dbStats": 1}"""))[0]["openCursors"]);
    }

    [Fact]
    public async Task Cursor_is_killed_when_a_read_is_cancelled_while_it_waits()
    {
        await FillAsync(1000);
        await using (var reader = await Connector.QueryAsync(Statement("""{"find": "items"}"""), default))
        {
            await FailNextAsync("getMore", "\"blockConnection\": true, \"blockTimeMS\": 60000");
            using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                while (await reader.ReadAsync(caller.Token).AsTask().WaitAsync(Patience))
                {
                    // The second batch never comes.
                }
            });
        }

        await UntilNoneAsync("openCursors");
        await UntilNoneAsync("activeOperations");
    }

    [Fact]
    public async Task Reader_holds_no_connection_between_batches()
    {
        await FillAsync(1000);
        var readers = new List<RowReader>();
        for (var count = 0; count < PoolSize * 3; count++)
        {
            readers.Add(await Connector.QueryAsync(Statement("""{"find": "items"}"""), default));
        }

        Assert.Equal(0, Connector.PoolUsage.InUse);
        foreach (var reader in readers)
        {
            var rows = 0;
            while (await reader.ReadAsync(default))
            {
                rows++;
            }

            Assert.Equal(1000, rows);
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task Transaction_of_a_batch_that_is_stopped_ends_at_the_server()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await FillAsync(1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Connector
                .ExecuteBatchAsync(
                    [
                        Statement("""{"insert": "items", "documents": [{"_id": "new"}]}"""),
                        Statement("""{"delete": "items", "deletes": [], "comment": "sleep 60000"}"""),
                    ],
                    caller.Token
                )
                .AsTask()
                .WaitAsync(Patience)
        );

        await UntilNoneAsync("openTransactions");
        Assert.Single(await QueryAsync("""{"find": "items"}"""));
        await ExecuteAsync("""{"insert": "items", "documents": [{"_id": "new"}]}""");
    }

    [Fact]
    public async Task Pool_never_grows_beyond_its_limit()
    {
        await Parallel.ForAsync(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 50 },
            async (_, token) =>
            {
                await using var reader = await Connector.QueryAsync(Statement("""{"ping": 1}"""), token);
                Assert.InRange(Connector.PoolUsage.Open, 0, PoolSize);
            }
        );

        var usage = Connector.PoolUsage;
        Assert.Equal((0, 0, PoolSize), (usage.InUse, usage.Waiting, usage.Limit));
        Connector.Dispose();
        Assert.Equal(0, Connector.PoolUsage.Open);
    }
}
