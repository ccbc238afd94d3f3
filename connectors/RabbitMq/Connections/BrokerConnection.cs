using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Connections;

/// <summary>
/// The connection of one purpose: opened by the first call that needs it, opened anew by the next call after it was lost.
/// Calls that come meanwhile share one attempt and its failure. Thread-safe.
/// </summary>
internal sealed class BrokerConnection(BrokerDialler dialler, string purpose) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private BrokerLink? _link;
    private Task<BrokerLink>? _opening;
    private int _waiting;

    public bool IsOpen => _link is { IsOpen: true };

    /// <summary>Calls that wait for the connection.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The open connection.</summary>
    /// <param name="cancellationToken">Ends the waiting; the attempt goes on for others.</param>
    /// <exception cref="ConnectorException">Why there is none.</exception>
    public ValueTask<BrokerLink> GetAsync(CancellationToken cancellationToken)
    {
        Task<BrokerLink> opening;
        lock (_gate)
        {
            if (_closed.IsCancellationRequested)
            {
                throw RabbitMqErrors.Closed();
            }

            if (_link is { IsOpen: true } link)
            {
                return ValueTask.FromResult(link);
            }

            // Off this thread: under the lock nothing may run that could come back here.
            opening = _opening ??= Task.Run(OpenAsync, CancellationToken.None);
        }

        return WaitAsync(opening, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task<BrokerLink>? opening;
        lock (_gate)
        {
            opening = _opening;
        }

        await _closed.CancelAsync();
        if (opening is not null)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_link is { } link)
        {
            await link.DisposeAsync();
        }
    }

    private async ValueTask<BrokerLink> WaitAsync(Task<BrokerLink> opening, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await opening.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<BrokerLink> OpenAsync()
    {
        try
        {
            if (_link is { } lost)
            {
                await lost.DisposeAsync();
            }

            var link = await dialler.OpenAsync(purpose, _closed.Token);
            lock (_gate)
            {
                _link = link;
            }

            return link;
        }
        catch (OperationCanceledException)
        {
            throw RabbitMqErrors.Closed();
        }
        finally
        {
            lock (_gate)
            {
                _opening = null;
            }
        }
    }
}
