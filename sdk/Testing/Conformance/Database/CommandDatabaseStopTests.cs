using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Timeout and cancellation end the waiting at once and break nothing for others.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseStopTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    /// <summary>Far less than the slow query takes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1500);

    [Fact]
    public async Task Query_ends_at_its_timeout()
    {
        if (Subject.SlowQuery is not { } slow)
        {
            return;
        }

        // What a connection costs is not measured.
        await GetAsync("k");
        var begun = TimeProvider.System.GetTimestamp();
        await FailsAsync(() => QueryAsync(slow with { Timeout = Short }), ErrorKind.Timeout, code: "QUERY_TIMEOUT");
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), Short * 0.9, Soon);

        await UsableAsync();
    }

    [Fact]
    public async Task Query_ends_when_the_caller_gives_up()
    {
        if (Subject.SlowQuery is not { } slow)
        {
            return;
        }

        await GetAsync("k");
        using var caller = new CancellationTokenSource(Short);
        var begun = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            QueryAsync(slow, caller.Token).WaitAsync(Patience)
        );
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), Short * 0.9, Soon);

        await UsableAsync();
    }

    [Fact]
    public async Task Nothing_starts_when_the_caller_has_given_up()
    {
        var gone = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => QueryAsync(Subject.Get("k"), gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Database.ExecuteAsync(Subject.Put("k", DbValue.From("x")), gone).AsTask()
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Database.ExecuteBatchAsync([Subject.Put("k", DbValue.From("x"))], gone).AsTask()
        );

        Assert.Equal(DbValue.Null, await GetAsync("k"));
    }

    [Fact]
    public async Task Batch_that_cannot_begin_in_time_changes_nothing()
    {
        if (Subject.SlowQuery is not { } slow)
        {
            return;
        }

        // The engine is busy, or was a moment ago; whatever the batch answers must be what is stored.
        await GetAsync("k");
        var busy = Record.ExceptionAsync(() => QueryAsync(slow with { Timeout = Soon }));
        var put = Subject.Put("k", DbValue.From("x")) with { Timeout = Short };
        var error = await Record.ExceptionAsync(() => Database.ExecuteBatchAsync([put, put], default).AsTask());
        await busy;

        Assert.True(error is null or ConnectorException { Code: "QUERY_TIMEOUT" }, error?.ToString());
        Assert.Equal(error is null ? DbValue.From("x") : DbValue.Null, await GetAsync("k"));
    }

    [Fact]
    public async Task Stopped_statements_hold_nothing_back()
    {
        if (Subject.SlowQuery is not { } slow)
        {
            return;
        }

        // More than any pool has connections: one that was kept would be missed.
        var stopped = Enumerable
            .Range(0, 40)
            .Select(index =>
                Assert.ThrowsAsync<ConnectorException>(() =>
                    QueryAsync((index == 0 ? slow : Subject.Get("k")) with { Timeout = TimeSpan.Zero })
                )
            );
        await Task.WhenAll(stopped).WaitAsync(Patience);

        await UsableAsync();
    }

    [Fact]
    public async Task Timeout_of_one_statement_never_hits_another()
    {
        await PutAsync("k", DbValue.From("k's"));
        await PutAsync("other", DbValue.From("other's"));

        // Timers that run out while fast statements come and go on the same connections.
        await Parallel.ForAsync(
            0,
            400,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (round, token) =>
            {
                try
                {
                    var limit = TimeSpan.FromMicroseconds(50 * (round % 40));
                    var values = await QueryAsync(Subject.Get("other") with { Timeout = limit }, token);
                    Assert.Equal(DbValue.From("other's"), Assert.Single(values));
                }
                catch (ConnectorException error) when (error.Code == "QUERY_TIMEOUT")
                {
                    // Its own.
                }

                Assert.Equal(DbValue.From("k's"), await GetAsync("k"));
            }
        );
    }

    [Fact]
    public async Task Timeout_counts_while_rows_are_read()
    {
        await Subject.FillSeriesAsync(Database, 200_000);
        await using var reader = await Database.QueryAsync(Subject.Series with { Timeout = Soon }, default);
        Assert.True(await reader.ReadAsync(default));
        using var later = new CancellationTokenSource(Soon * 1.2);
        var over = new TaskCompletionSource();
        await using var signal = later.Token.Register(over.SetResult);
        await over.Task;

        await FailsAsync(
            async () =>
            {
                while (await reader.ReadAsync(default))
                {
                    // Only the end matters.
                }
            },
            ErrorKind.Timeout,
            code: "QUERY_TIMEOUT"
        );
    }

    [Fact]
    public async Task Token_of_a_read_stops_the_query()
    {
        await Subject.FillSeriesAsync(Database, 200_000);
        using var caller = new CancellationTokenSource();
        await using var reader = await Database.QueryAsync(Subject.Series, default);
        Assert.True(await reader.ReadAsync(default));
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(caller.Token).AsTask());
    }

    private async Task UsableAsync()
    {
        for (var round = 0; round < 50; round++)
        {
            var name = $"after {round}";
            await PutAsync(name, DbValue.From(name)).WaitAsync(Patience);
            Assert.Equal(DbValue.From(name), await GetAsync(name).WaitAsync(Patience));
        }
    }
}
