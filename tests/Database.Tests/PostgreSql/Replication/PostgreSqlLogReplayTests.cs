using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>A copy that is kept by changes alone equals the table, whatever happens on the way.</summary>
public sealed class PostgreSqlLogReplayTests
{
    private const int Changes = 10_000;
    private const int Ids = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_changes_are_replayed_through_pages_of_all_sizes_and_crashes(int seed)
    {
        await using var log = await LogFixture.OpenAsync();
        var cursor = await log.PositionAsync();
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var writers = Task.WhenAll(
            Enumerable.Range(0, 4).Select(writer => WriteAsync(log, new Random(seed * 10 + writer)))
        );
        var random = new Random(seed);
        var crashes = 0;
        for (var isLast = false; !isLast; )
        {
            // What is written before this round begins is seen by it.
            isLast = writers.IsCompleted;
            for (var hasMore = true; hasMore; )
            {
                var page = await log.ReadAsync(cursor, random.Next(4) == 0 ? random.Next(1, 5) : random.Next(1, 700));
                LogFixture.Apply(copy, page.Records);
                hasMore = page.HasMore;
                if (random.Next(6) == 0)
                {
                    // The records were written, the cursor was not.
                    await log.Connector.DisposeAsync();
                    log.Reopen();
                    hasMore = true;
                    crashes++;
                    continue;
                }

                cursor = page.Cursor!;
            }
        }

        await writers;
        Assert.True(crashes > 3);
        Assert.Equal(await log.ReadAllAsync(), copy);
        Assert.NotEmpty(copy);
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_loses_nothing()
    {
        await using var server = await PostgreSqlServer.StartLogicalAsync();
        await using var log = await LogFixture.OpenAsync(server: server);
        var cursor = await log.PositionAsync();
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var random = new Random(7);
        for (var kill = 0; kill < 3; kill++)
        {
            var writing = WriteAsync(log, new Random(kill), Changes / 10);
            var killing = Task.Run(
                async () =>
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
                    await server.KillAsync();
                    await server.StartAgainAsync();
                },
                Token
            );
            var hasMore = true;
            while (!killing.IsCompleted || !writing.IsCompleted || hasMore)
            {
                try
                {
                    var page = await log.ReadAsync(cursor, random.Next(1, 200));
                    LogFixture.Apply(copy, page.Records);
                    (cursor, hasMore) = (page.Cursor!, page.HasMore);
                }
                catch (ConnectorException fault)
                    when (fault.Kind is ErrorKind.Unavailable or ErrorKind.Timeout or ErrorKind.Conflict)
                {
                    hasMore = true;
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
                }
            }

            await Task.WhenAll(killing, writing);
            LogFixture.Apply(copy, (await log.ReadToEndAsync(cursor)).Records);
            Assert.Equal(await log.ReadAllAsync(), copy);
        }

        Assert.NotEmpty(copy);
    }

    [Fact]
    public async Task Records_that_change_all_the_time_keep_no_page_from_ending()
    {
        await using var log = await LogFixture.OpenAsync();
        var cursor = await log.PositionAsync();
        await log.RunAsync("insert into t select g, '0' from generate_series(1, 100) g");
        await log.Server.RunAsync(
            $"do $$ begin for i in 1..1200 loop update {log.Role}.t set v = i::text; commit; end loop; end $$"
        );
        var first = await log.ReadAsync(cursor);
        Assert.True(first.HasMore);
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        LogFixture.Apply(copy, (await log.ReadToEndAsync(first.Cursor!)).Records);
        Assert.Equal(await log.ReadAllAsync(), copy);
    }

    [Fact]
    public async Task A_long_log_of_other_tables_is_walked_through_piece_by_piece()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("create table other (id integer, v text)");
        var cursor = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        for (var part = 0; part < 5; part++)
        {
            await log.RunAsync("insert into other select g, repeat('x', 1000) from generate_series(1, 10000) g");
        }

        await log.RunAsync("insert into t values (2, 'b')");
        var cursors = new List<string>();
        var ids = new List<string>();
        for (var hasMore = true; hasMore; )
        {
            var page = await log.ReadAsync(cursor);
            ids.AddRange(page.Records.Select(record => record.Id));
            (cursor, hasMore) = (page.Cursor!, page.HasMore);
            cursors.Add(cursor);
        }

        Assert.Equal(["1", "2"], ids);
        Assert.InRange(cursors.Count, 3, 10);
        Assert.Distinct(cursors);
    }

    private static async Task WriteAsync(LogFixture log, Random random, int changes = Changes / 4)
    {
        await using var fixture = new PostgreSqlFixture();
        var writer = fixture.Open(log.Server, log.Role);
        for (var done = 0; done < changes; )
        {
            var statements = new List<DbStatement>();
            for (var count = random.Next(random.Next(8) == 0 ? 200 : 20) + 1; count > 0; count--)
            {
                statements.Add(Change(random));
            }

            try
            {
                await writer.ExecuteBatchAsync(statements, Token);
                done += statements.Count;
            }
            catch (ConnectorException fault)
                when (fault.Kind
                        is ErrorKind.Conflict
                            or ErrorKind.AlreadyExists
                            or ErrorKind.Unavailable
                            or ErrorKind.Timeout
                )
            {
                // Two writers, or a key that is taken; the transaction is undone.
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5)), TimeProvider.System, Token);
            }
        }
    }

    private static DbStatement Change(Random random)
    {
        var (id, other, value) = (random.Next(Ids), random.Next(Ids), random.Next());
        return random.Next(10) switch
        {
            < 4 => Statement(
                "insert into t values (:id, :value) on conflict (id) do update set v = excluded.v",
                ("id", DbValue.From(id)),
                ("value", DbValue.From($"{value}"))
            ),
            < 6 => Statement(
                "update t set v = :value where id = :id",
                ("id", DbValue.From(id)),
                ("value", DbValue.From($"{value}"))
            ),
            < 7 => Statement(
                "update t set id = :other where id = :id and not exists (select from t where id = :other)",
                ("id", DbValue.From(id)),
                ("other", DbValue.From(other))
            ),
            < 8 => Statement(
                "update t set v = v || 'x' where id between :id and :id + 5 and length(v) < 50",
                ("id", DbValue.From(id))
            ),
            _ => Statement("delete from t where id = :id", ("id", DbValue.From(id))),
        };
    }
}
