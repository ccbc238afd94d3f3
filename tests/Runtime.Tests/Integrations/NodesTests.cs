using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>Nodes that share a database see each other's changes.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private StateBox _box = null!;
    private Node _here = null!;
    private Node _there = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _box = await StateBox.CreatePostgreSqlAsync();
        _here = await Node.StartAsync(_box);
        _there = await Node.StartAsync(_box);
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        _box.Dispose();
    }

    [Fact]
    public async Task A_change_here_is_seen_there_and_told_to_whoever_keeps_a_connector_open()
    {
        var integration = await AddAsync();
        await _there.FindAsync(integration.Id);
        Assert.True(await _here.Integrations.UpdateAsync(integration with { Name = "two", Revision = 2 }, null, Token));

        await Eventually.HoldsAsync(() => _there.Changed.Contains(integration.Id));
        Assert.Equal("two", (await _there.FindAsync(integration.Id))!.Name);
        Assert.Equal("two", (await _here.FindAsync(integration.Id))!.Name);
        Assert.Equal([integration.Id], _here.Changed);
    }

    [Fact]
    public async Task An_integration_deleted_here_is_gone_there()
    {
        var integration = await AddAsync();
        await _there.FindAsync(integration.Id);
        Assert.True(await _here.Integrations.DeleteAsync(integration, Token));

        await Eventually.HoldsAsync(() => _there.Changed.Contains(integration.Id));
        Assert.Null(await _there.FindAsync(integration.Id));
    }

    [Fact]
    public async Task What_changed_while_a_node_was_cut_off_is_seen_when_it_is_back()
    {
        var (kept, changed, deleted) = (await AddAsync(), await AddAsync(), await AddAsync());
        foreach (var integration in new[] { kept, changed, deleted })
        {
            await _there.FindAsync(integration.Id);
        }

        await _there.Changes.StopAsync(Token);
        Assert.True(await _here.Integrations.UpdateAsync(changed with { Name = "two", Revision = 2 }, null, Token));
        Assert.True(await _here.Integrations.DeleteAsync(deleted, Token));
        Assert.Equal("one", (await _there.FindAsync(changed.Id))!.Name);

        await _there.Changes.StartAsync(Token);
        await Eventually.HoldsAsync(() => _there.Changed.Count == 2);
        Assert.Equal("two", (await _there.FindAsync(changed.Id))!.Name);
        Assert.Null(await _there.FindAsync(deleted.Id));
        Assert.DoesNotContain(kept.Id, _there.Changed);
    }

    [Fact]
    public async Task A_change_of_what_another_node_has_changed_already_is_refused_and_then_sees_it()
    {
        var integration = await AddAsync();
        await _there.FindAsync(integration.Id);
        await _there.Changes.StopAsync(Token);
        Assert.True(await _here.Integrations.UpdateAsync(integration with { Name = "two", Revision = 2 }, null, Token));

        Assert.False(
            await _there.Integrations.UpdateAsync(integration with { Name = "three", Revision = 2 }, null, Token)
        );
        Assert.Equal("two", (await _there.FindAsync(integration.Id))!.Name);
    }

    [Fact]
    public async Task An_error_in_taking_a_change_over_does_not_end_the_listening()
    {
        var integration = await AddAsync();
        await _there.FindAsync(integration.Id);
        var failures = 0;
        _there.Integrations.Changed += _ =>
        {
            if (Interlocked.Increment(ref failures) == 1)
            {
                throw new InvalidOperationException("a fault");
            }
        };
        Assert.True(await _here.Integrations.UpdateAsync(integration with { Name = "two", Revision = 2 }, null, Token));
        await Eventually.HoldsAsync(() => Volatile.Read(ref failures) == 1);
        await SeesAsync("two");

        Assert.True(
            await _here.Integrations.UpdateAsync(integration with { Name = "three", Revision = 3 }, null, Token)
        );
        await SeesAsync("three");

        Task SeesAsync(string name) =>
            Eventually.HoldsAsync(async () =>
            {
                _box.Clock.Advance(TimeSpan.FromSeconds(1));
                return (await _there.FindAsync(integration.Id))!.Name == name;
            });
    }

    private async Task<Integration> AddAsync()
    {
        var integration = EngineBox.NewIntegration(_box.Clock.GetUtcNow());
        await _here.Integrations.AddAsync(integration, [], Token);
        return integration;
    }

    private sealed class Node : IAsyncDisposable
    {
        private readonly StateStore _store;

        private Node(StateBox box)
        {
            _store = new StateStore(box.NewDialect());
            Changes = new StateChanges(_store.Dialect, box.Clock, NullLogger<StateChanges>.Instance);
            Integrations = new IntegrationStore(_store, Changes);
            Integrations.Changed += Changed.Enqueue;
        }

        public StateChanges Changes { get; }

        public IntegrationStore Integrations { get; }

        public System.Collections.Concurrent.ConcurrentQueue<string> Changed { get; } = new();

        public static async Task<Node> StartAsync(StateBox box)
        {
            var node = new Node(box);
            var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            node.Changes.Add(
                () =>
                {
                    listening.TrySetResult();
                    return Task.CompletedTask;
                },
                (_, _) => Task.CompletedTask
            );
            await node.Changes.StartAsync(Token);
            await Eventually.WithinLimitAsync(listening.Task);
            return node;
        }

        public ValueTask<Integration?> FindAsync(string id) => Integrations.FindAsync("default", id, Token);

        public async ValueTask DisposeAsync()
        {
            await Changes.StopAsync(Token);
            Changes.Dispose();
            _store.Dispose();
            await ((PostgreSqlDialect)_store.Dialect).DisposeAsync();
        }
    }
}
