using System.Globalization;
using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>What is stopped is stopped at the server: its list of activity shows nothing of it.</summary>
public sealed class PostgreSqlStopTests : IAsyncDisposable
{
    private const string Endless = "select generate_series(1, 2000000000) as i";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly PostgreSqlFixture _fixture = new();

    [Theory]
    [InlineData("select pg_sleep(60)")]
    [InlineData(Endless)]
    [InlineData("select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b")]
    public async Task Query_is_gone_after_its_timeout(string text)
    {
        var (database, role) = await OpenAsync();
        for (var run = 0; run < 3; run++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            await FailsAsync(
                async () =>
                {
                    await using var reader = await database.QueryAsync(
                        new DbStatement(text) { Timeout = Short },
                        default
                    );
                    while (await reader.ReadAsync(default))
                    {
                        // Only the end matters.
                    }
                },
                "QUERY_TIMEOUT"
            );

            Assert.InRange(TimeProvider.System.GetElapsedTime(begun), Short / 2, Short + Soon);
            Assert.Equal(0, await BusyAsync(role));
        }
    }

    [Fact]
    public async Task Timeout_is_kept_by_the_server_itself()
    {
        var (database, role) = await OpenAsync();
        await FailsAsync(
            () =>
                database
                    .ExecuteAsync(
                        new DbStatement("do $$ begin perform pg_sleep(60); end $$") { Timeout = Short },
                        default
                    )
                    .AsTask(),
            "QUERY_TIMEOUT"
        );

        // A cancel request would be the client's doing.
        var log = await (await PostgreSqlServers.SharedAsync()).ReadLogAsync();
        Assert.Contains($"|{role}|ERROR:  canceling statement due to statement timeout", log, StringComparison.Ordinal);
        Assert.DoesNotContain(
            $"|{role}|ERROR:  canceling statement due to user request",
            log,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Cancelled_query_is_gone_within_a_second()
    {
        var (database, role) = await OpenAsync();
        foreach (var text in new[] { "select pg_sleep(60)", Endless, Endless })
        {
            using var caller = new CancellationTokenSource(Short);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await using var reader = await database.QueryAsync(new DbStatement(text), caller.Token);
                while (await reader.ReadAsync(caller.Token))
                {
                    // Only the end matters.
                }
            });

            Assert.InRange(await UntilAsync(async () => await BusyAsync(role) == 0), TimeSpan.Zero, Soon);
        }

        Assert.Equal(0, database.PoolUsage.InUse);
    }

    [Fact]
    public async Task Early_disposed_query_is_gone_within_a_second()
    {
        var (database, role) = await OpenAsync();
        for (var run = 0; run < 5; run++)
        {
            var reader = await database.QueryAsync(new DbStatement(Endless), default);
            Assert.True(await reader.ReadAsync(default));
            Assert.Equal(1, await BusyAsync(role));

            var begun = TimeProvider.System.GetTimestamp();
            await reader.DisposeAsync();

            Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, Soon);
            Assert.Equal(0, await BusyAsync(role));
        }

        Assert.Equal(new PoolUsage(1, 0, 0, 10), database.PoolUsage);
    }

    [Fact]
    public async Task Disposing_while_a_read_waits_stops_the_query()
    {
        var (database, role) = await OpenAsync();
        var reader = await database.QueryAsync(
            new DbStatement("select generate_series(1, 5000) as i union all select 0 from pg_sleep(60)"),
            default
        );
        var reading = Task.Run(async () =>
        {
            while (await reader.ReadAsync(default))
            {
                // Waits for the last row.
            }
        });
        await Task.Delay(Short, TimeProvider.System, CancellationToken.None);

        await reader.DisposeAsync().AsTask().WaitAsync(Soon, TimeProvider.System, CancellationToken.None);

        await Assert.ThrowsAnyAsync<Exception>(() => reading);
        Assert.Equal(0, await BusyAsync(role));
    }

    [Fact]
    public async Task Row_that_was_read_can_be_looked_at_when_the_time_is_over()
    {
        var (database, _) = await OpenAsync();
        await using var reader = await database.QueryAsync(
            new DbStatement("select 1 union all select pg_sleep(60)::text::int") { Timeout = Short },
            default
        );
        Assert.True(await reader.ReadAsync(default));
        await Task.Delay(Short * 3, TimeProvider.System, CancellationToken.None);

        Assert.Equal(DbValue.From(1), reader.GetValue(0));
        await FailsAsync(() => reader.ReadAsync(default).AsTask(), "QUERY_TIMEOUT");
    }

    [Fact]
    public async Task Reading_on_after_disposing_is_not_taken_for_the_end_of_the_rows()
    {
        var (database, _) = await OpenAsync();
        var reader = await database.QueryAsync(new DbStatement(Endless), default);
        Assert.True(await reader.ReadAsync(default));

        await reader.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync(default).AsTask());
    }

    [Fact]
    public async Task Query_that_nobody_reads_any_more_ends_at_its_timeout()
    {
        var (database, role) = await OpenAsync();
        await using var reader = await database.QueryAsync(new DbStatement(Endless) { Timeout = Soon * 4 }, default);
        Assert.True(await reader.ReadAsync(default));
        Assert.Equal(1, await BusyAsync(role));

        await UntilAsync(async () => await BusyAsync(role) == 0);

        Assert.Equal(0, database.PoolUsage.InUse);
        await FailsAsync(() => reader.ReadAsync(default).AsTask(), "QUERY_TIMEOUT");
    }

    [Fact]
    public async Task Silent_server_is_given_up_at_the_deadline()
    {
        var server = await PostgreSqlServer.StartAsync(withTls: false);
        await using var stopping = server;
        var database = _fixture.Open(server);
        await QueryAsync(database, "select 1");
        await SignalAsync(server, "-STOP");
        try
        {
            var begun = TimeProvider.System.GetTimestamp();
            var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
                await database.QueryAsync(new DbStatement("select 1") { Timeout = Short }, default)
            );

            Assert.Equal((ErrorKind.Timeout, "QUERY_TIMEOUT"), (error.Kind, error.Code));
            Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        }
        finally
        {
            await SignalAsync(server, "-CONT");
        }

        Assert.Single(await QueryAsync(database, "select 1"));
        Assert.Equal(0, database.PoolUsage.InUse);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static async Task SignalAsync(PostgreSqlServer server, string signal)
    {
        var postmaster = server.ProcessId.ToString(CultureInfo.InvariantCulture);
        var children = await Shell.RunAsync("ps", ["-o", "pid=", "--ppid", postmaster]);
        await Shell.RunAsync(
            "kill",
            [signal, postmaster, .. children.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]
        );
    }

    private static async Task<int> BusyAsync(string role) =>
        int.Parse(
            await (await PostgreSqlServers.SharedAsync()).RunAsync(
                $"select count(*) from pg_stat_activity where usename = '{role}' and state <> 'idle'"
            ),
            CultureInfo.InvariantCulture
        );

    private async Task<(PostgreSqlConnector Database, string Role)> OpenAsync()
    {
        var role = await PostgreSqlServers.NewRoleAsync();
        return (_fixture.Open(await PostgreSqlServers.SharedAsync(), role), role);
    }
}
