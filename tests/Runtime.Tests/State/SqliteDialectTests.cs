using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.State;

/// <summary>What the store in one file promises besides.</summary>
public sealed class SqliteDialectTests : IAsyncLifetime
{
    private StateBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await StateBox.CreateSqliteAsync();

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_a_write_returned_is_in_the_files_of_a_process_that_dies_right_after()
    {
        await InsertAsync("t-1", default);
        // The files as they are now, without anything being closed or checkpointed.
        using var copy = new TempFolder();
        Copy(_box.Options.RuntimeDirectory, copy.Under(".runtime"));

        var options = new StateOptions { DataDirectory = copy.Path };
        using var reopened = new StateStore(new SqliteDialect(options));
        var ids = await reopened.ReadAsync(
            connection => connection.QueryAsync<string>("select id from tenants where id = 't-1'"),
            default
        );
        Assert.Equal(["t-1"], ids);
    }

    [Fact]
    public async Task Commits_are_synchronised_with_the_disk()
    {
        var settings = await _box.Store.ReadAsync(
            async connection =>
                (
                    await connection.ExecuteScalarAsync<string>("pragma journal_mode"),
                    await connection.ExecuteScalarAsync<long>("pragma synchronous"),
                    await connection.ExecuteScalarAsync<long>("pragma foreign_keys")
                ),
            default
        );
        Assert.Equal(("wal", 2L, 1L), settings);
    }

    [Fact]
    public async Task Writers_go_one_after_the_other()
    {
        var (inside, most) = (0, 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(number =>
                    _box.Store.WriteAsync(
                            async transaction =>
                            {
                                most = Math.Max(most, Interlocked.Increment(ref inside));
                                await Task.Yield();
                                await InsertAsync(transaction, $"t-{number}");
                                Interlocked.Decrement(ref inside);
                                return 0;
                            },
                            default
                        )
                        .AsTask()
                )
        );
        Assert.Equal(1, most);
        Assert.Equal(22, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task Write_cancelled_while_it_waits_leaves_nothing_and_blocks_nobody()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = _box
            .Store.WriteAsync(
                async _ =>
                {
                    await release.Task;
                    return 0;
                },
                default
            )
            .AsTask();
        using var cancellation = new CancellationTokenSource();
        var second = InsertAsync("t-1", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        release.SetResult();
        await first;
        await InsertAsync("t-2", default);
        Assert.Equal(3, await _box.CountAsync("tenants"));
    }

    private static Task<int> InsertAsync(DbTransaction transaction, string id) =>
        transaction.Connection!.ExecuteAsync(
            "insert into tenants (id, name, created_at) values (@id, '', 0)",
            new { id },
            transaction
        );

    private Task<int> InsertAsync(string id, CancellationToken cancellationToken) =>
        _box.Store.WriteAsync(transaction => InsertAsync(transaction, id), cancellationToken).AsTask();

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "state.db*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
