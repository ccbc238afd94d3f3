using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>What a cursor is worth: nothing is skipped, and what cannot be told is said.</summary>
public sealed class PostgreSqlLogPositionTests
{
    [Fact]
    public async Task A_slot_that_is_dropped_is_told()
    {
        await using var log = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        await log.Server.RunAsync($"select pg_drop_replication_slot('{await log.SlotAsync()}')");
        await log.AssertLostAsync(position);
    }

    [Fact]
    public async Task A_slot_that_is_made_anew_behind_our_back_is_told()
    {
        await using var log = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        var slot = await log.SlotAsync();
        await log.Server.RunAsync($"select pg_drop_replication_slot('{slot}')");
        await log.Server.RunAsync($"select pg_create_logical_replication_slot('{slot}', 'pgoutput')");
        await log.AssertLostAsync(position);
    }

    [Fact]
    public async Task A_slot_that_somebody_else_reads_is_told()
    {
        await using var log = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        var slot = await log.SlotAsync();
        await log.Server.RunAsync(
            $"select count(*) from pg_logical_slot_get_binary_changes('{slot}', null, null, 'proto_version', '1', "
                + $"'publication_names', '{slot}')"
        );
        await log.AssertLostAsync(position);
    }

    [Theory]
    [InlineData(
        "alter publication {0} set (publish = 'insert')",
        "alter publication {0} set (publish = 'insert, update, delete, truncate')"
    )]
    [InlineData("alter publication {0} drop table {1}.t", "alter publication {0} add table {1}.t")]
    [InlineData("alter publication {0} set table {1}.t where (id > 100)", "select 1")]
    [InlineData("alter publication {0} set table {1}.t (id)", "select 1")]
    [InlineData("drop publication {0}", "create publication {0} for table {1}.t; alter publication {0} owner to {1}")]
    [InlineData("drop publication {0}", "select 1")]
    public async Task A_publication_that_was_changed_is_told(string change, string repair)
    {
        await using var log = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        var slot = await log.SlotAsync();
        await log.Server.RunAsync(string.Format(null, change, slot, log.Role));
        await log.RunAsync("insert into t values (1, 'a')");
        await log.Server.RunAsync(string.Format(null, repair, slot, log.Role));
        await log.AssertLostAsync(position);
    }

    [Fact]
    public async Task A_slot_that_has_kept_too_much_is_told()
    {
        await using var server = await PostgreSqlServer.StartLogicalAsync("max_slot_wal_keep_size=1MB");
        await using var log = await LogFixture.OpenAsync(server: server);
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        for (var segment = 0; segment < 3; segment++)
        {
            await server.RunAsync("select pg_logical_emit_message(false, 'test', 'x')");
            await server.RunAsync("select pg_switch_wal()");
        }

        await server.RunAsync("checkpoint");
        Assert.Equal("lost", await server.RunAsync("select wal_status from pg_replication_slots"));
        await log.AssertLostAsync(position);
    }

    [Fact]
    public async Task A_cursor_of_the_other_setting_is_told()
    {
        await using var log = await LogFixture.OpenAsync(
            "id integer primary key, at timestamptz",
            resource: new(StringComparer.Ordinal) { ["modifiedAt"] = "at" }
        );
        await using var other = new PostgreSqlFixture();
        var byColumn = other.Open(
            log.Server,
            log.Role,
            PostgreSqlFixture.Settings(
                (
                    "records",
                    new Dictionary<string, object>(StringComparer.Ordinal) { ["t"] = new { modifiedAt = "at" } }
                )
            )
        );
        await log.RunAsync("insert into t values (1, now())");
        var token = TestContext.Current.CancellationToken;
        await log.AssertLostAsync((await byColumn.GetPositionAsync("t", token))!);
        var query = new RecordQuery("t") { Reading = RecordReading.Changes, Cursor = await log.PositionAsync() };
        await PostgreSqlFixture.FailsAsync(async () => await byColumn.ReadAsync(query, token), "CURSOR_LOST");
    }

    [Fact]
    public async Task Nothing_is_consumed_before_the_next_page_is_asked_for()
    {
        // Of its own, so that nobody else's log makes it long.
        await using var server = await PostgreSqlServer.StartLogicalAsync();
        await using var log = await LogFixture.OpenAsync(server: server);
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t select g, repeat('x', 1000) from generate_series(1, 3000) g");
        await log.RunAsync("insert into t values (5000, 'last')");
        for (var round = 0; round < 2; round++)
        {
            var (records, next) = await log.ReadToEndAsync(position);
            Assert.Equal(3001, records.Count);
            log.Reopen();
            Assert.Equal(3001, (await log.ReadToEndAsync(position)).Records.Count);
            if (round == 1)
            {
                // Now the page is durable, and the server may forget it.
                Assert.Empty((await log.ReadToEndAsync(next)).Records);
                await log.AssertLostAsync(position);
            }
        }
    }

    [Fact]
    public async Task A_second_position_leaves_the_first_its_changes()
    {
        await using var log = await LogFixture.OpenAsync();
        var first = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        var second = await log.PositionAsync();
        await log.RunAsync("insert into t values (2, 'b')");
        Assert.Equal(["1", "2"], (await log.ReadToEndAsync(first)).Records.Select(record => record.Id));
        Assert.Equal(["2"], (await log.ReadToEndAsync(second)).Records.Select(record => record.Id));
    }

    [Fact]
    public async Task A_transaction_that_is_still_writing_is_waited_for_or_told()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.PositionAsync();
        var writing = log.Server.RunAsync(
            $"begin; insert into {log.Role}.t values (1, 'late'); select pg_sleep(1); commit; "
        );
        await PostgreSqlFixture.UntilAsync(async () =>
            await log.Server.RunAsync(
                $"select count(*) from pg_locks where relation = '{log.Role}.t'::regclass and mode = 'RowExclusiveLock'"
            ) == "1"
        );
        var position = await log.PositionAsync();
        var copy = await log.ReadAllAsync();
        await writing;
        LogFixture.Apply(copy, (await log.ReadToEndAsync(position)).Records);
        Assert.Equal(await log.ReadAllAsync(), copy);
        Assert.Single(copy);
    }

    [Fact]
    public async Task A_commit_that_is_logged_and_not_yet_visible_is_waited_for()
    {
        await using var server = await PostgreSqlServer.StartLogicalAsync();
        await using var log = await LogFixture.OpenAsync(server: server);
        await log.RunAsync("insert into t values (1, 'before')");
        var position = await log.PositionAsync();

        // A standby that is not there keeps the commit from returning.
        await server.RunAsync("alter system set synchronous_standby_names = 'nobody'");
        await server.RunAsync("select pg_reload_conf()");
        var writing = server.RunAsync($"update {log.Role}.t set v = 'after'");
        await PostgreSqlFixture.UntilAsync(async () =>
            await server.RunAsync("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == "1"
        );
        var reading = log.ReadToEndAsync(position);
        var asking = log.PositionAsync();
        var early = await Task.WhenAny(
            reading,
            asking,
            Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)
        );
        await server.RunAsync("alter system reset synchronous_standby_names");
        await server.RunAsync("select pg_reload_conf()");
        await writing;
        Assert.NotSame(reading, early);
        Assert.NotSame(asking, early);
        var record = Assert.Single((await reading).Records);
        Assert.Equal("""{"id":1,"v":"after"}""", System.Text.Encoding.UTF8.GetString(record.Data.Span));
        await asking;
    }

    [Fact]
    public async Task A_reading_that_waits_can_be_cancelled()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.PositionAsync();
        var writing = log.Server.RunAsync(
            $"begin; insert into {log.Role}.t values (1, 'late'); select pg_sleep(2); commit; "
        );
        await PostgreSqlFixture.UntilAsync(async () =>
            await log.Server.RunAsync(
                $"select count(*) from pg_locks where relation = '{log.Role}.t'::regclass and mode = 'RowExclusiveLock'"
            ) == "1"
        );
        using var stop = new CancellationTokenSource();
        var asking = log.Connector.GetPositionAsync("t", stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await writing;
        await log.ReadToEndAsync(await log.PositionAsync());
    }

    [Theory]
    [InlineData("log1:0011:zz:0")]
    [InlineData("log1::1:0")]
    [InlineData("log1:00:1:-1")]
    [InlineData("log2:00:1:1")]
    [InlineData("")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        await using var log = await LogFixture.OpenAsync();
        await log.PositionAsync();
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => log.ReadAsync(cursor));
        Assert.Equal((ErrorKind.InvalidArgument, "cursor"), (fault.Kind, fault.Field));
    }
}
