using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Leases;
using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.AwsSqs.Queues;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs;

/// <summary>
/// Acknowledges, gives back, gives up and prolongs. Whether a receipt still counts is judged by our clock first: the service
/// takes old handles of standard queues without a word.
/// </summary>
internal sealed class AwsSqsSettler(
    SqsClient client,
    QueueDirectory queues,
    DeadLetterTargets deadLetters,
    LeaseTable leases,
    ReceiptFormat receipts,
    TimeProvider time
)
{
    private delegate Task<BatchEntry[]> BatchCall(
        SqsQueue queue,
        string[] handles,
        CancellationToken cancellationToken
    );

    public async ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken
    )
    {
        var items = Find(texts);
        await SettleAsync(items.Values, DeleteAsync, cancellationToken);
        return Outcomes(texts, items);
    }

    public async ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> texts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    )
    {
        SqsLimits.CheckDelay(delay);
        var items = Find(texts);
        if (deadLetter)
        {
            await GiveUpAsync(items.Values, cancellationToken);
        }
        else
        {
            await SettleAsync(items.Values, ChangeVisibility(SqsLimits.Seconds(delay)), cancellationToken);
        }

        return Outcomes(texts, items);
    }

    public async ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(
        IReadOnlyList<string> texts,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        SqsLimits.CheckLease(lease);
        var items = Find(texts);
        var until = time.GetUtcNow() + lease;
        await EachQueueAsync(items.Values, ChangeVisibility(SqsLimits.Seconds(lease)), cancellationToken);
        foreach (var item in items.Values.Where(item => item.Outcome == SettleOutcome.Done))
        {
            leases.Extend(item.Receipt, until);
        }

        return Outcomes(texts, items);
    }

    private static IReadOnlyList<SettleOutcome> Outcomes(
        IReadOnlyList<string> texts,
        Dictionary<string, SettleItem> items
    ) => [.. texts.Select(text => items.TryGetValue(text, out var item) ? item.Outcome : SettleOutcome.Unknown)];

    /// <summary>Reads receipts, each once; those of others are left out, and those that count no longer have no handle.</summary>
    private Dictionary<string, SettleItem> Find(IReadOnlyList<string> texts)
    {
        var items = new Dictionary<string, SettleItem>(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        foreach (var text in texts)
        {
            if (!items.ContainsKey(text) && receipts.Find(text) is { } receipt)
            {
                var lease = leases.Find(text);
                var isOver = lease?.IsSettled == true || (lease?.Until ?? receipt.End) <= now;
                items[text] = new SettleItem(receipt, isOver ? null : receipt.Handle ?? lease?.Handle, lease);
            }
        }

        return items;
    }

    private async Task SettleAsync(
        IReadOnlyCollection<SettleItem> items,
        BatchCall call,
        CancellationToken cancellationToken
    )
    {
        await EachQueueAsync(items, call, cancellationToken);
        // Only now: a call that failed halfway is repeated whole, and what was done must then be done again.
        foreach (var item in items.Where(item => item.Outcome == SettleOutcome.Done))
        {
            leases.Settle(item.Receipt);
        }
    }

    /// <summary>Copies messages to the dead letters, then deletes them.</summary>
    private async Task GiveUpAsync(IReadOnlyCollection<SettleItem> items, CancellationToken cancellationToken)
    {
        var open = items.Where(item => item.Handle is not null).ToList();
        var known = open.Where(item => item.Lease?.Message is not null).ToList();
        var copied = known.Where(item => item.Lease!.IsCopied).ToList();
        try
        {
            foreach (var group in known.Except(copied).GroupBy(item => item.Receipt.Queue).ToList())
            {
                if (await queues.FindAsync(group.Key, cancellationToken) is { } queue)
                {
                    await CopyAsync(queue, [.. group], copied, cancellationToken);
                }
            }
        }
        catch (ConnectorException)
        {
            // What was copied must not come again. Its receipts count on, for the repeat of this call.
            await EachQueueAsync(copied, DeleteAsync, cancellationToken);
            throw;
        }

        await SettleAsync(copied, DeleteAsync, cancellationToken);
        // What they said is not known here: they go back at once, and whoever gets them next can give them up.
        var unknown = open.Except(known).ToList();
        await SettleAsync(unknown, ChangeVisibility(0), cancellationToken);
        unknown.ForEach(item => item.Outcome = SettleOutcome.Expired);
    }

    /// <summary>Copies messages of one queue and adds those that are durable to <paramref name="copied"/>.</summary>
    private async Task CopyAsync(
        SqsQueue queue,
        List<SettleItem> items,
        List<SettleItem> copied,
        CancellationToken cancellationToken
    )
    {
        var target = await deadLetters.FindAsync(queue, cancellationToken);
        if (target.Url is null)
        {
            // Dropped.
            copied.AddRange(items);
            return;
        }

        // A repeat of this call within five minutes does not copy twice into a FIFO queue.
        var copies = items.ConvertAll(item =>
            item.Lease!.Message! with
            {
                DeduplicationId = queue.Topic.IsFifo ? item.Lease.MessageId : null,
            }
        );
        try
        {
            foreach (var batch in SendBatch.Split(copies, MessageEncoder.LargestMessage))
            {
                var sent = await client.SendAsync(target.Url, batch.Messages, cancellationToken);
                foreach (var (entry, item) in sent.Zip(items.Skip(batch.First)))
                {
                    if (entry.FailureCode is null)
                    {
                        leases.NoteCopied(item.Receipt);
                        copied.Add(item);
                    }
                }

                if (Array.Find(sent, entry => entry.FailureCode is not null) is { FailureCode: { } code } failed)
                {
                    throw AwsSqsErrors.Of(code, failed.Status);
                }
            }
        }
        catch (ConnectorException fault) when (AwsSqsErrors.IsQueueNotFound(fault))
        {
            queue.DeadLetters = null;
            throw;
        }
    }

    private Task<BatchEntry[]> DeleteAsync(SqsQueue queue, string[] handles, CancellationToken cancellationToken) =>
        client.DeleteAsync(queue.Url, handles, cancellationToken);

    private BatchCall ChangeVisibility(int seconds) =>
        (queue, handles, token) => client.ChangeVisibilityAsync(queue.Url, handles, seconds, token);

    /// <summary>Calls the service for every batch of every queue, and notes what it says of each receipt.</summary>
    private async Task EachQueueAsync(
        IEnumerable<SettleItem> items,
        BatchCall call,
        CancellationToken cancellationToken
    )
    {
        foreach (var group in items.Where(item => item.Handle is not null).GroupBy(item => item.Receipt.Queue))
        {
            if (await queues.FindAsync(group.Key, cancellationToken) is not { } queue)
            {
                continue;
            }

            try
            {
                await EachBatchAsync(queue, group, call, cancellationToken);
            }
            catch (ConnectorException fault) when (AwsSqsErrors.IsQueueNotFound(fault))
            {
                // The messages of a queue that is gone are gone.
                queues.Forget(queue);
            }
        }
    }

    private static async Task EachBatchAsync(
        SqsQueue queue,
        IEnumerable<SettleItem> items,
        BatchCall call,
        CancellationToken cancellationToken
    )
    {
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = SqsLimits.BatchesAtOnce,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            items.Chunk(SqsLimits.BatchSize),
            parallel,
            async (batch, token) =>
            {
                var entries = await call(queue, Array.ConvertAll(batch, item => item.Handle!), token);
                foreach (var (entry, item) in entries.Zip(batch))
                {
                    item.Outcome = OutcomeOf(entry);
                }
            }
        );
    }

    private static SettleOutcome OutcomeOf(BatchEntry entry) =>
        entry.FailureCode is not { } code ? SettleOutcome.Done
        : AwsSqsErrors.MeansExpired(code) ? SettleOutcome.Expired
        : throw AwsSqsErrors.Of(code, entry.Status);
}
