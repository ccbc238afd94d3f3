using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>
/// Polls queues. A poll that is cut off while the service answers would leave its messages leased to nobody; so a caller that
/// stops waiting leaves at once, but its poll runs to its end, at most twenty seconds, and gives back what it still gets.
/// Thread-safe.
/// </summary>
internal sealed partial class QueuePoller(SqsClient client, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan ShortestWaitForPlace = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer may take beyond the wait: a lost connection must not keep its place for ever.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Task, bool> _leftBehind = new();

    /// <summary>Asks once for messages.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="count">Most messages, 1 to 10.</param>
    /// <param name="seconds">How long the service waits for the first, 0 to 20.</param>
    /// <param name="left">How long the caller waits for a free place.</param>
    /// <param name="leaseSeconds">How long the service keeps messages from others.</param>
    /// <param name="cancellationToken">Ends the waiting of the caller.</param>
    /// <returns>The messages, none when no place became free in time, and when the service was called.</returns>
    public async Task<(List<ReceivedMessage> Messages, DateTimeOffset Begun)> PollAsync(
        SqsQueue queue,
        int count,
        int seconds,
        TimeSpan left,
        int leaseSeconds,
        CancellationToken cancellationToken
    )
    {
        var wait = left > ShortestWaitForPlace ? left : ShortestWaitForPlace;
        if (!await client.Polls.EnterAsync(wait, cancellationToken))
        {
            return ([], time.GetUtcNow());
        }

        var begun = time.GetUtcNow();
        var polling = PollInPlaceAsync(queue, count, seconds, leaseSeconds);
        try
        {
            return (await polling.WaitAsync(cancellationToken), begun);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LeaveBehind(GiveBackAsync(queue, polling));
            throw;
        }
    }

    /// <summary>Makes leased messages visible again.</summary>
    public async Task GiveBackAsync(SqsQueue queue, IReadOnlyList<ReceivedMessage> messages)
    {
        try
        {
            foreach (var batch in messages.Chunk(SqsLimits.BatchSize))
            {
                var handles = Array.ConvertAll(batch, message => message.Handle);
                await client.ChangeVisibilityAsync(queue.Url, handles, seconds: 0, _closing.Token);
            }
        }
        catch (Exception fault) when (fault is ConnectorException or OperationCanceledException)
        {
            // Their leases end by themselves.
            LogNotGivenBack(logger, fault, messages.Count);
        }
    }

    /// <summary>Gives messages back without keeping the caller waiting.</summary>
    public void GiveBackLater(SqsQueue queue, IReadOnlyList<ReceivedMessage> messages)
    {
        if (messages.Count > 0)
        {
            LeaveBehind(GiveBackAsync(queue, messages));
        }
    }

    /// <summary>Cuts off polls that nobody waits for; messages they get in that moment come back when their leases end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Task.WhenAll(_leftBehind.Keys);
        _closing.Dispose();
    }

    private void LeaveBehind(Task work)
    {
        _leftBehind[work] = true;
        _ = work.ContinueWith(
            static (done, left) => ((ConcurrentDictionary<Task, bool>)left!).TryRemove(done, out _),
            _leftBehind,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task<List<ReceivedMessage>> PollInPlaceAsync(SqsQueue queue, int count, int seconds, int leaseSeconds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + Grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        try
        {
            return await client.ReceiveAsync(queue.Url, count, seconds, leaseSeconds, either.Token);
        }
        catch (OperationCanceledException fault) when (!_closing.IsCancellationRequested)
        {
            throw AwsSqsErrors.Of(fault);
        }
        finally
        {
            client.Polls.Leave();
        }
    }

    private async Task GiveBackAsync(SqsQueue queue, Task<List<ReceivedMessage>> polling)
    {
        await ((Task)polling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (polling.IsCompletedSuccessfully && await polling is { Count: > 0 } messages)
        {
            await GiveBackAsync(queue, messages);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} messages could not be given back; they come when their leases end.")]
    private static partial void LogNotGivenBack(ILogger logger, Exception exception, int count);
}
