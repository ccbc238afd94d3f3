using System.Collections.Concurrent;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>
/// The server of a connector is killed without warning under load and started again. Subclass it with a server of its own, so
/// that no other test suffers.
/// </summary>
public abstract class ServerLossTests : IAsyncLifetime
{
    private const int Workers = 16;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>How long one call may take before its worker counts as stuck.</summary>
    protected virtual TimeSpan LongestCall => TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public abstract ValueTask InitializeAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>One call at the connector, as a worker makes them all the time; a write that returns is acknowledged.</summary>
    /// <param name="worker">Which worker, from 0.</param>
    /// <param name="number">Which call of the worker, from 0.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    protected abstract Task CallAsync(int worker, int number, CancellationToken cancellationToken);

    /// <summary>Kills the server's process with SIGKILL.</summary>
    protected abstract Task KillServerAsync();

    /// <summary>Starts the server on the same port with the same data; ends when it serves.</summary>
    protected abstract Task StartServerAsync();

    /// <summary>Makes sure that every acknowledged call has left its trace.</summary>
    /// <param name="acknowledged">Worker and number of every call that returned.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    protected abstract Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    );

    [Fact]
    public async Task Killed_server_costs_clear_errors_only_and_its_return_is_noticed_at_once()
    {
        using var limit = new CancellationTokenSource(Longest, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var acknowledged = new ConcurrentBag<(int Worker, int Number)>();
        var strange = new ConcurrentBag<Exception>();
        var failures = 0;
        var successes = new int[Workers];
        var slowest = TimeSpan.Zero;
        var gate = new Lock();
        var working = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker))).ToArray();

        await UntilAsync(() => successes.All(count => count > 0), "every worker has had an answer");
        await KillServerAsync();
        await UntilAsync(() => Volatile.Read(ref failures) >= Workers, "calls fail without the server");
        await StartServerAsync();
        var back = TimeProvider.System.GetTimestamp();
        var before = successes.ToArray();
        await UntilAsync(
            () => successes.Zip(before).All(pair => pair.First > pair.Second),
            "every worker has had an answer again"
        );
        var recovery = TimeProvider.System.GetElapsedTime(back);
        await stop.CancelAsync();
        await Task.WhenAll(working).WaitAsync(LongestCall, TimeProvider.System, CancellationToken.None);

        Assert.Empty(strange.Select(fault => fault.ToString()));
        Assert.True(recovery < Recovery, $"Not every worker had an answer {recovery} after the server's return.");
        Assert.True(slowest < LongestCall, $"A call took {slowest}.");
        await VerifyAsync([.. acknowledged], limit.Token);

        async Task UntilAsync(Func<bool> condition, string what)
        {
            while (!condition())
            {
                Assert.False(
                    limit.IsCancellationRequested,
                    $"In vain was waited until {what}; {failures} calls failed, the strangest: {strange.FirstOrDefault()}"
                );
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        }

        async Task WorkAsync(int worker)
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                var begun = TimeProvider.System.GetTimestamp();
                try
                {
                    // Not cancelled by the end of the test: a call under way is to end by itself.
                    await CallAsync(worker, number, limit.Token);
                    acknowledged.Add((worker, number));
                    Interlocked.Increment(ref successes[worker]);
                }
                catch (ConnectorException fault)
                    when (fault.Kind is ErrorKind.Unavailable or ErrorKind.Timeout or ErrorKind.Conflict)
                {
                    Interlocked.Increment(ref failures);
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
                }
                catch (Exception fault)
                {
                    strange.Add(fault);
                    Interlocked.Increment(ref failures);
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
                }

                lock (gate)
                {
                    var took = TimeProvider.System.GetElapsedTime(begun);
                    slowest = took > slowest ? took : slowest;
                }
            }
        }
    }
}
