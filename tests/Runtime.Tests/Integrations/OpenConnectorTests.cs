using NuGet.Versioning;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>A connector is disposed once, and never while a call is inside.</summary>
public sealed class OpenConnectorTests
{
    private readonly OpenConnector _open = Open(new WatchfulConnector());

    private int Disposals => ((WatchfulConnector)_open.Connector).Disposals;

    [Fact]
    public async Task Idle_connector_is_disposed_when_retired()
    {
        Assert.True(_open.TryEnter());
        _open.Exit();
        Assert.False(_open.Closed.IsCompleted);

        _open.Retire();
        await Eventually.WithinLimitAsync(_open.Closed);
        Assert.Equal(1, Disposals);
    }

    [Fact]
    public async Task Connector_with_calls_inside_is_disposed_after_the_last()
    {
        Assert.True(_open.TryEnter());
        Assert.True(_open.TryEnter());
        _open.Retire();
        Assert.False(_open.TryEnter());
        _open.Exit();
        await Eventually.SettlesAsync();
        Assert.Equal(0, Disposals);

        _open.Exit();
        await Eventually.WithinLimitAsync(_open.Closed);
        Assert.Equal(1, Disposals);
    }

    [Fact]
    public void Connections_are_counted_while_it_is_open()
    {
        Assert.Equal(new PoolUsage(3, 2, 1, 4), _open.FindUsage());
        _open.Retire();
        Assert.Null(_open.FindUsage());
    }

    [Fact]
    public void Plugin_that_cannot_count_its_connections_breaks_nothing() =>
        Assert.Null(Open(new WatchfulConnector { ThrowsOnCounting = true }).FindUsage());

    [Fact]
    public async Task Whoever_stays_inside_hears_of_the_retirement()
    {
        Assert.True(_open.TryEnter());
        var heard = new TaskCompletionSource();
        await using var listening = _open.Retirement.Register(heard.SetResult);

        _open.Retire();

        await Eventually.WithinLimitAsync(heard.Task);
        _open.Exit();
        await Eventually.WithinLimitAsync(_open.Closed);
    }

    [Fact]
    public async Task Retiring_twice_disposes_once()
    {
        _open.Retire();
        _open.Retire();
        Assert.False(_open.TryEnter());
        await Eventually.WithinLimitAsync(_open.Closed);
        await Eventually.SettlesAsync();
        Assert.Equal(1, Disposals);
    }

    [Fact]
    public async Task Racing_calls_and_retirement_never_meet_in_a_disposed_connector()
    {
        for (var round = 0; round < 300; round++)
        {
            var connector = new WatchfulConnector();
            var open = Open(connector);
            using var start = new Barrier(5);
            var callers = Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        start.SignalAndWait();
                        while (open.TryEnter())
                        {
                            connector.Use();
                            open.Exit();
                        }
                    })
                )
                .ToList();
            start.SignalAndWait();
            open.Retire();
            await Eventually.WithinLimitAsync(Task.WhenAll([.. callers, open.Closed]));
            Assert.Equal((1, 0), (connector.Disposals, connector.UsesAfterDisposal));
        }
    }

    [Fact]
    public async Task Connector_whose_disposal_throws_counts_as_closed()
    {
        var open = Open(new WatchfulConnector { ThrowsOnDispose = true });
        open.Retire();
        await Eventually.WithinLimitAsync(open.Closed);
    }

    private static OpenConnector Open(WatchfulConnector connector) =>
        new(connector, PluginVersion.Failed("test", new NuGetVersion(1, 0, 0), "", "", null, ""), 1, 0);
}
