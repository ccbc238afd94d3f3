using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue;

/// <summary>Leases messages, waiting for them when there are none, and settles them.</summary>
internal sealed class LocalQueueReceiver(QueueStore store, TimeProvider time)
{
    /// <summary>Most messages leased in one go: senders wait for the same writer.</summary>
    private const int SliceSize = 128;

    /// <summary>How often a waiting receiver looks by itself: an instance in another load context cannot wake it.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public async ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    )
    {
        QueueLimits.Check(request);
        var started = time.GetTimestamp();
        var signal = store.Signals.Enter(request.Topic);
        try
        {
            while (true)
            {
                // Taken before looking, so that a message sent in between is not missed.
                var woken = signal.Next;
                var (deliveries, nextDue) = await TakeAsync(request, cancellationToken);
                var left = request.Wait - time.GetElapsedTime(started);
                if (deliveries.Count > 0 || left <= TimeSpan.Zero)
                {
                    return deliveries;
                }

                if (nextDue is { } due)
                {
                    signal.WakeAt(due);
                }

                var wait = left < LookInterval ? left : LookInterval;
                await woken
                    .Task.WaitAsync(wait, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            store.Signals.Leave(signal);
        }
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(
        Func<CancellationToken, SettleWork> work,
        CancellationToken cancellationToken
    ) =>
        LocalQueueErrors.TranslateAsync(
            token => store.RunAsync(work(token), token).WaitAsync(token),
            cancellationToken
        );

    private async Task<LeaseResult> TakeAsync(ReceiveRequest request, CancellationToken cancellationToken)
    {
        var taken = new List<Delivery>();
        var bytes = 0L;
        while (true)
        {
            var most = Math.Min(SliceSize, request.MaxMessages - taken.Count);
            var work = new LeaseWork(request, most, request.MaxBytes - bytes, taken.Count == 0, cancellationToken);
            var slice = await LeaseAsync(work, taken, cancellationToken);
            taken.AddRange(slice.Deliveries);
            bytes += slice.Deliveries.Sum(delivery => (long)delivery.Body.Length);
            if (slice.Deliveries.Count < most || taken.Count == request.MaxMessages)
            {
                return new LeaseResult(taken, taken.Count == 0 ? slice.NextDue : null);
            }
        }
    }

    private async Task<LeaseResult> LeaseAsync(
        LeaseWork work,
        List<Delivery> taken,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await LocalQueueErrors.TranslateAsync(
                token => store.RunAsync(work, token).WaitAsync(token),
                cancellationToken
            );
        }
        catch (ConnectorException) when (taken.Count > 0)
        {
            // What is leased already must reach its caller; the next call meets the trouble again.
            return new LeaseResult([], null);
        }
        catch (OperationCanceledException)
        {
            _ = ReleaseAsync(work, [.. taken]);
            throw;
        }
    }

    /// <summary>Gives back what nobody will see, as if it had never been delivered.</summary>
    private async Task ReleaseAsync(LeaseWork work, List<Delivery> taken)
    {
        var leasing = work.ResultAsync();
        await ((Task)leasing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (leasing.IsCompletedSuccessfully)
        {
            taken.AddRange((await leasing).Deliveries);
        }

        if (taken.Count > 0)
        {
            var receipts = taken.ConvertAll(delivery => delivery.Receipt);
            // A failure leaves the leases to end by themselves.
            await ((Task)store.RunAsync(new ReleaseWork(receipts), CancellationToken.None)).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing
            );
        }
    }
}
