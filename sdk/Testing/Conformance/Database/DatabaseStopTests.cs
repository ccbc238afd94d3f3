using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Timeout and cancellation stop the statement itself, soon.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseStopTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Query_ends_at_its_timeout()
    {
        var slow = new DbStatement(Subject.SlowQuery) { Timeout = Short };

        await FailsAsync(() => ReadAsync(slow, default), ErrorKind.Timeout, code: "QUERY_TIMEOUT");
    }

    [Fact]
    public async Task Query_ends_when_the_caller_gives_up()
    {
        using var caller = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ReadAsync(new DbStatement(Subject.SlowQuery), caller.Token).WaitAsync(Patience)
        );
    }

    [Fact]
    public async Task Query_does_not_start_when_the_caller_has_given_up() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ReadAsync(new DbStatement(Subject.SlowQuery), new CancellationToken(canceled: true)).WaitAsync(Patience)
        );

    [Fact]
    public async Task Command_ends_at_its_timeout_and_changes_nothing()
    {
        await AddItemAsync("first", 1);
        var slow = new DbStatement(Subject.SlowCommand) { Timeout = Short };

        await FailsAsync(() => Database.ExecuteAsync(slow, default).AsTask(), ErrorKind.Timeout, code: "QUERY_TIMEOUT");

        await IntactAsync();
    }

    [Fact]
    public async Task Command_ends_when_the_caller_gives_up_and_changes_nothing()
    {
        await AddItemAsync("first", 1);
        using var caller = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Database.ExecuteAsync(new DbStatement(Subject.SlowCommand), caller.Token).AsTask().WaitAsync(Patience)
        );

        await IntactAsync();
    }

    [Fact]
    public async Task Batch_ends_at_the_timeout_of_its_slow_statement_and_changes_nothing()
    {
        await AddItemAsync("first", 1);

        await FailsAsync(
            () =>
                Database
                    .ExecuteBatchAsync(
                        [
                            Statement("insert into conf_items (name) values ('second')"),
                            new DbStatement(Subject.SlowCommand) { Timeout = Short },
                        ],
                        default
                    )
                    .AsTask(),
            ErrorKind.Timeout,
            code: "QUERY_TIMEOUT"
        );

        await IntactAsync();
    }

    [Fact]
    public async Task Stopped_statements_hold_nothing_back()
    {
        // More than any pool has connections: one that went on would be missed.
        var stopped = Enumerable
            .Range(0, 40)
            .Select(_ =>
                Assert.ThrowsAsync<ConnectorException>(() =>
                    ReadAsync(new DbStatement(Subject.SlowQuery) { Timeout = Short }, default)
                )
            );
        await Task.WhenAll(stopped).WaitAsync(Patience);

        for (var round = 0; round < 100; round++)
        {
            Assert.Equal(0, await CountItemsAsync().WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task Timeout_of_one_statement_never_hits_another()
    {
        // Timers that run out while fast statements come and go on the same connections.
        await Parallel.ForAsync(
            0,
            400,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (round, token) =>
            {
                var limited = Statement("select count(*) from conf_items") with
                {
                    Timeout = TimeSpan.FromMilliseconds(1 + (round % 4)),
                };
                try
                {
                    await ReadAsync(limited, token);
                }
                catch (ConnectorException error) when (error.Code == "QUERY_TIMEOUT")
                {
                    // Its own.
                }

                Assert.Equal(0, await CountItemsAsync());
            }
        );
    }

    [Fact]
    public async Task Timeout_counts_while_rows_are_read()
    {
        await using var reader = await Database.QueryAsync(
            Statement(Subject.Series, ("n", DbValue.From(2_000_000_000))) with
            {
                Timeout = TimeSpan.FromMilliseconds(500),
            },
            default
        );

        await FailsAsync(() => DrainAsync(reader, default), ErrorKind.Timeout, code: "QUERY_TIMEOUT");
    }

    [Fact]
    public async Task Token_of_a_read_stops_the_query()
    {
        using var caller = new CancellationTokenSource();
        await using var reader = await Database.QueryAsync(
            Statement(Subject.Series, ("n", DbValue.From(2_000_000_000))),
            default
        );
        caller.CancelAfter(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DrainAsync(reader, caller.Token).WaitAsync(Patience)
        );
    }

    private static async Task DrainAsync(RowReader reader, CancellationToken token)
    {
        while (await reader.ReadAsync(token))
        {
            // Only the end matters.
        }
    }

    private async Task ReadAsync(DbStatement statement, CancellationToken token)
    {
        await using var reader = await Database.QueryAsync(statement, token);
        await DrainAsync(reader, token);
    }

    private async Task IntactAsync()
    {
        var row = Assert.Single(await QueryAsync("select name, price from conf_items"));
        Assert.Equal((DbValue.From("first"), DbValue.From(1)), (row[0], row[1]));
        await AddItemAsync("still writable").AsTask().WaitAsync(Patience);
    }
}
