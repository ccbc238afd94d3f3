using System.Diagnostics.CodeAnalysis;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// The connector of one revision of one integration. It counts the calls inside; retired, it lets no new one in and is
/// disposed when the last has left. Thread-safe.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The source has no timer and no handle, and is listened to until the end."
)]
internal sealed class OpenConnector(IConnector connector, PluginVersion plugin, long revision, int generation)
{
    /// <summary>Added to the count of calls when retired, so that one word tells both.</summary>
    private const int Retired = 1 << 30;

    private readonly CancellationTokenSource _retirement = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private int _isClosing;
    private int _generation = generation;

    public IConnector Connector { get; } = connector;

    public PluginVersion Plugin { get; } = plugin;

    public long Revision { get; } = revision;

    /// <summary>Generation of the plugin registry for which this plugin is known to be the right one.</summary>
    public int Generation
    {
        get => Volatile.Read(ref _generation);
        set => Volatile.Write(ref _generation, value);
    }

    /// <summary>Cancelled once no new call is let in.</summary>
    public CancellationToken Retirement => _retirement.Token;

    /// <summary>Completes when the connector is disposed.</summary>
    public Task Closed => _closed.Task;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _calls) < Retired)
        {
            return true;
        }

        Exit();
        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref _calls) == Retired)
        {
            Close();
        }
    }

    /// <summary>Its connections at the provider; null when it keeps none, or does not tell.</summary>
    public PoolUsage? FindUsage()
    {
        if (Connector is not IConnectionPool pool || !TryEnter())
        {
            return null;
        }

        try
        {
            return pool.PoolUsage;
        }
        catch (Exception)
        {
            // A plugin that cannot count must not break the page that shows everybody's metrics.
            return null;
        }
        finally
        {
            Exit();
        }
    }

    public void Retire()
    {
        if ((Interlocked.Or(ref _calls, Retired) & Retired) != 0)
        {
            return;
        }

        // Not here: what leaves must not do so on the thread of who made the change.
        _ = _retirement.CancelAsync();
        if (Volatile.Read(ref _calls) == Retired)
        {
            Close();
        }
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 0)
        {
            _ = Task.Run(DisposeAsync, CancellationToken.None);
        }
    }

    private async Task DisposeAsync()
    {
        try
        {
            switch (Connector)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync();
                    break;
                case IDisposable synchronous:
                    synchronous.Dispose();
                    break;
                default:
                    break;
            }
        }
        finally
        {
            Plugin.Close();
            _closed.TrySetResult();
        }
    }
}
