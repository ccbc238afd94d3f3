using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.State;

/// <summary>What a write promises when it returns, and what it leaves when it does not.</summary>
public sealed class StateStoreTests : IAsyncLifetime
{
    private StateBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await StateBox.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_writer_and_see_nothing_of_it()
    {
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = _box
            .Store.WriteAsync(
                async transaction =>
                {
                    await InsertAsync(transaction, "t-1");
                    inside.SetResult();
                    await release.Task;
                    return 0;
                },
                default
            )
            .AsTask();
        await inside.Task;
        Assert.Equal(2, await _box.CountAsync("tenants"));

        release.SetResult();
        await write;
        Assert.Equal(3, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task Write_that_throws_leaves_nothing_and_lets_the_next_one_in()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await _box.Store.WriteAsync<int>(
                async transaction =>
                {
                    await InsertAsync(transaction, "t-1");
                    throw new InvalidOperationException();
                },
                default
            )
        );
        Assert.Equal(2, await _box.CountAsync("tenants"));
        await InsertAsync("t-1", default);
        Assert.Equal(3, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task Write_cancelled_inside_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _box.Store.WriteAsync(
                async transaction =>
                {
                    await InsertAsync(transaction, "t-1");
                    await cancellation.CancelAsync();
                    cancellation.Token.ThrowIfCancellationRequested();
                    return 0;
                },
                cancellation.Token
            )
        );
        Assert.Equal(2, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task Cancellation_that_comes_too_late_does_not_undo_or_deny_the_write()
    {
        using var cancellation = new CancellationTokenSource();
        await _box.Store.WriteAsync(
            async transaction =>
            {
                await InsertAsync(transaction, "t-1");
                await cancellation.CancelAsync();
                return 0;
            },
            cancellation.Token
        );
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
}
