using Microsoft.Extensions.Hosting;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>
/// Holds up a stop: the host says that it is not ready, but still takes calls, until balancers have noticed and send none any
/// more. Only then does it stop listening and wait for the calls under way.
/// </summary>
internal sealed class Draining(RuntimeSettings settings, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _over = new();

    /// <summary>Ends when the host is about to stop listening.</summary>
    public CancellationToken Over => _over.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(settings.Drain, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _over.CancelAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _over.Dispose();
}
