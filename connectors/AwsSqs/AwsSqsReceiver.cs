using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Leases;
using Yyc3.Connectors.AwsSqs.Queues;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs;

/// <summary>Leases messages, waiting for them with the service's long polls.</summary>
internal sealed class AwsSqsReceiver(
    QueuePoller poller,
    QueueDirectory queues,
    LeaseTable leases,
    ReceiptFormat receipts,
    AwsSqsOptions options,
    TimeProvider time
)
{
    private const int LongestPollSeconds = 20;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Least time from one empty look to the next, should the service answer without waiting.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a queue that is not there is looked for: more and more seldom.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(5);

    public async ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    )
    {
        SqsLimits.Check(request);
        var topic = QueueTopic.Parse(request.Topic, options.Endpoint);
        var started = time.GetTimestamp();
        var absence = Second;
        while (true)
        {
            var begun = time.GetTimestamp();
            var messages = await LookAsync(topic, request, Left(), cancellationToken);
            var left = Left();
            if (messages is { Count: > 0 } || left <= TimeSpan.Zero)
            {
                return messages ?? [];
            }

            var pause = ShortestRound - time.GetElapsedTime(begun);
            if (messages is null)
            {
                pause = absence;
                absence = absence + absence < LongestAbsence ? absence + absence : LongestAbsence;
            }

            // The service waits for whole seconds only; the last fraction is waited for here, and looked behind once.
            pause = pause > left || left < Second ? left : pause;
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        TimeSpan Left() => request.Wait - time.GetElapsedTime(started);
    }

    /// <summary>Looks once, waiting as long as the service does.</summary>
    /// <returns>What was leased; null when there is no such queue.</returns>
    private async Task<IReadOnlyList<Delivery>?> LookAsync(
        QueueTopic topic,
        ReceiveRequest request,
        TimeSpan left,
        CancellationToken cancellationToken
    )
    {
        if (await queues.FindAsync(topic, cancellationToken) is not { } queue)
        {
            return null;
        }

        var taken = new List<ReceivedMessage>();
        var leased = new List<LeasedDelivery>();
        try
        {
            await LeaseAsync(queue, request, left, taken, leased, cancellationToken);
        }
        catch (ConnectorException fault) when (taken.Count == 0 && AwsSqsErrors.IsQueueNotFound(fault))
        {
            queues.Forget(queue);
            return null;
        }
        catch (ConnectorException) when (taken.Count > 0)
        {
            // What is leased already must reach its caller; the next call meets the trouble again.
        }
        catch (OperationCanceledException)
        {
            poller.GiveBackLater(queue, taken);
            throw;
        }

        if (leased.Count < taken.Count)
        {
            await poller.GiveBackAsync(queue, taken[leased.Count..]);
        }

        leased.ForEach(one => leases.Add(one.Delivery.Receipt, one.Lease));
        return leased.ConvertAll(one => one.Delivery);
    }

    /// <summary>Leases what is there, up to the limits; waits for the first messages only.</summary>
    private async Task LeaseAsync(
        SqsQueue queue,
        ReceiveRequest request,
        TimeSpan left,
        List<ReceivedMessage> taken,
        List<LeasedDelivery> leased,
        CancellationToken cancellationToken
    )
    {
        var budget = new ReceiveBudget(request);
        var (kept, lease) = SqsLimits.Split(request.Lease);
        while (budget.Next(queue.TypicalSize) is var count and > 0)
        {
            var seconds = Math.Clamp((int)left.TotalSeconds, 0, LongestPollSeconds);
            var (batch, begun) = await poller.PollAsync(queue, count, seconds, left, kept, cancellationToken);
            // An answer that took longer than the service keeps messages beyond their lease costs the lease that time.
            var (end, latest) = (time.GetUtcNow() + lease, begun.AddSeconds(seconds + kept));
            end = end < latest ? end : latest;
            taken.AddRange(batch);
            var deliveries = batch.ConvertAll(message =>
                LeasedDelivery.Make(request.Topic, queue.Topic, message, end, receipts)
            );
            leased.AddRange(deliveries.TakeWhile(one => budget.Takes(one.Delivery.Body.Length)));
            if (batch.Count > 0)
            {
                queue.TypicalSize = (int)deliveries.Average(one => one.Delivery.Body.Length);
            }

            if (batch.Count < count)
            {
                return;
            }

            left = TimeSpan.Zero;
        }
    }
}
