using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>Counts its disposals, and uses that come after them.</summary>
internal sealed class WatchfulConnector : IConnector, IConnectionPool, IAsyncDisposable
{
    private int _disposals;
    private int _usesAfterDisposal;

    public bool ThrowsOnDispose { get; init; }

    public bool ThrowsOnCounting { get; init; }

    public PoolUsage PoolUsage =>
        ThrowsOnCounting ? throw new InvalidOperationException("on purpose") : new PoolUsage(3, 2, 1, 4);

    public int Disposals => Volatile.Read(ref _disposals);

    public int UsesAfterDisposal => Volatile.Read(ref _usesAfterDisposal);

    public void Use()
    {
        if (Disposals > 0)
        {
            Interlocked.Increment(ref _usesAfterDisposal);
        }
    }

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) => new(HealthReport.Healthy);

    public ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposals);
        return ThrowsOnDispose ? throw new InvalidOperationException("on purpose") : ValueTask.CompletedTask;
    }
}
