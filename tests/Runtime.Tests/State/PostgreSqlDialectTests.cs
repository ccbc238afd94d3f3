using System.Data.Common;
using Dapper;
using Npgsql;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.State;

/// <summary>What the store that nodes share promises besides.</summary>
public sealed class PostgreSqlDialectTests : IAsyncLifetime
{
    private StateBox _box = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _box = await StateBox.CreatePostgreSqlAsync();

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Locks_of_a_dead_node_do_not_outlive_it()
    {
        var settings = await _box.Store.ReadAsync(
            async connection =>
                (
                    await connection.ExecuteScalarAsync<string>("show client_connection_check_interval"),
                    await connection.ExecuteScalarAsync<string>("show idle_in_transaction_session_timeout"),
                    await connection.ExecuteScalarAsync<string>("show lock_timeout"),
                    await connection.ExecuteScalarAsync<string>("show application_name")
                ),
            Token
        );
        Assert.Equal(("1s", "15s", "10s", "yyc3-connectors"), settings);
    }

    [Fact]
    public async Task Commits_are_synchronised_with_the_disk() =>
        Assert.Equal(
            "on",
            await _box.Store.ReadAsync(
                connection => connection.ExecuteScalarAsync<string>("show synchronous_commit"),
                Token
            )
        );

    [Fact]
    public async Task Settings_of_the_operator_win()
    {
        await using var dialect = new PostgreSqlDialect(_box.Options.ConnectionString + ";Application Name=mine");
        await using var connection = await dialect.OpenAsync(Token);
        Assert.Equal("mine", await connection.ExecuteScalarAsync<string>("show application_name"));
    }

    [Fact]
    public async Task Runtimes_in_schemas_of_one_database_do_not_wait_for_each_other()
    {
        using var other = await StateBox.CreatePostgreSqlAsync();
        var here = _box.Store.Dialect;
        await _box.Store.WriteAsync(
            async transaction =>
            {
                await here.LockAsync(transaction, StateLock.Migration, Token);
                await here.LockAsync(transaction, "lane");
                return await other.Store.WriteAsync(
                    async theirs =>
                    {
                        await other.Store.Dialect.LockAsync(theirs, StateLock.Migration, Token);
                        Assert.Equal(["lane"], await other.Store.Dialect.TryLockAsync(theirs, ["lane"]));
                        return 0;
                    },
                    Token
                );
            },
            Token
        );
    }

    [Fact]
    public async Task A_host_that_DNS_does_not_know_any_more_is_a_database_that_may_come_back()
    {
        await using var dialect = new PostgreSqlDialect("Host=store.invalid;Username=u;Database=d");
        var fault = await Assert.ThrowsAnyAsync<DbException>(async () => await dialect.OpenAsync(Token));
        Assert.True(dialect.IsPassing(fault));
    }

    [Fact]
    public async Task Writers_do_not_wait_for_each_other()
    {
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = _box
            .Store.WriteAsync(
                async transaction =>
                {
                    await InsertAsync(transaction, "t-1");
                    await inside.Task;
                    return 0;
                },
                Token
            )
            .AsTask();
        await _box.Store.WriteAsync(transaction => InsertAsync(transaction, "t-2"), Token);
        inside.SetResult();
        await first;
        Assert.Equal(4, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task One_transaction_of_all_nodes_holds_a_lock()
    {
        var (inside, most) = (0, 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(async number =>
                {
                    await using var node = (PostgreSqlDialect)_box.NewDialect();
                    using var store = new StateStore(node);
                    await store.WriteAsync(
                        async transaction =>
                        {
                            await node.LockAsync(transaction, StateLock.FirstKey, Token);
                            most = Math.Max(most, Interlocked.Increment(ref inside));
                            await InsertAsync(transaction, $"t-{number}");
                            Interlocked.Decrement(ref inside);
                            return 0;
                        },
                        Token
                    );
                })
        );
        Assert.Equal(1, most);
        Assert.Equal(12, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task An_announcement_is_heard_after_its_commit_and_not_after_a_rollback()
    {
        await using var listener = new Listener(_box);
        await listener.Connected;
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await _box.Store.WriteAsync<int>(
                async transaction =>
                {
                    await _box.Store.Dialect.AnnounceAsync(transaction, StateTopic.Integration, "undone");
                    throw new InvalidOperationException();
                },
                Token
            )
        );
        await AnnounceAsync("int-1");
        await AnnounceAsync("int:2");

        await Eventually.HoldsAsync(() => listener.Heard.Count == 2);
        Assert.Equal(["int-1", "int:2"], listener.Heard);
    }

    [Fact]
    public async Task A_listener_that_was_cut_off_is_told_that_it_missed_something()
    {
        var missed = 0;
        _box.Changes.Add(
            () =>
            {
                Interlocked.Increment(ref missed);
                return Task.CompletedTask;
            },
            (_, _) => Task.CompletedTask
        );
        await _box.Changes.StartAsync(Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref missed) == 1);

        Assert.Equal(
            1,
            await _box.Store.ReadAsync(
                connection =>
                    connection.ExecuteScalarAsync<long>(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                            + " where usename = current_user and query like 'listen%'"
                    ),
                Token
            )
        );
        await Eventually.HoldsAsync(() =>
        {
            _box.Clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref missed) == 2;
        });
        await _box.Changes.StopAsync(Token);
    }

    [Theory]
    [InlineData("Password=wrong", "names a user or password that the database refuses")]
    [InlineData("Database=nowhere", "names a database that does not exist")]
    public async Task What_waiting_cannot_mend_is_told_at_once(string change, string reason)
    {
        await using var dialect = new PostgreSqlDialect($"{_box.Options.ConnectionString};{change}");
        var gate = new StateGate(dialect, _box.Clock, new RecordingLogger<StateGate>());
        var fault = await Assert.ThrowsAsync<StateRefusedException>(() => gate.WaitAsync(Token));
        Assert.Equal(reason, fault.Message);
        Assert.IsType<PostgresException>(fault.InnerException);
    }

    [Theory]
    [InlineData("Port=1", "names a port where nothing listens (connection refused)")]
    [InlineData("Host=nowhere.invalid", "names a host that DNS does not know")]
    public async Task A_database_that_is_not_there_is_waited_for_a_minute(string change, string reason)
    {
        await using var dialect = new PostgreSqlDialect($"{_box.Options.ConnectionString};{change}");
        var logger = new RecordingLogger<StateGate>();
        var waiting = new StateGate(dialect, _box.Clock, logger).WaitAsync(Token);
        await Eventually.HoldsAsync(() =>
        {
            _box.Clock.Advance(TimeSpan.FromSeconds(5));
            return waiting.IsCompleted;
        });
        var fault = await Assert.ThrowsAsync<StateRefusedException>(() => waiting);
        Assert.Equal(reason, fault.Message);
        Assert.Contains(logger.Messages, message => message.Contains(reason, StringComparison.Ordinal));
    }

    private static Task<int> InsertAsync(DbTransaction transaction, string id) =>
        transaction.Connection!.ExecuteAsync(
            "insert into tenants (id, name, created_at) values (@id, '', 0)",
            new { id },
            transaction
        );

    private async Task AnnounceAsync(string id) =>
        await _box.Store.WriteAsync(
            async transaction =>
            {
                await _box.Store.Dialect.AnnounceAsync(transaction, StateTopic.Integration, id);
                return 0;
            },
            Token
        );

    private sealed class Listener : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _listening;

        public Listener(StateBox box) =>
            _listening = box.Store.Dialect.ListenAsync(
                () =>
                {
                    _connected.SetResult();
                    return Task.CompletedTask;
                },
                (_, id) =>
                {
                    Heard.Enqueue(id);
                    return Task.CompletedTask;
                },
                _end.Token
            );

        public System.Collections.Concurrent.ConcurrentQueue<string> Heard { get; } = new();

        public Task Connected => _connected.Task;

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _listening);
            _end.Dispose();
        }
    }
}
