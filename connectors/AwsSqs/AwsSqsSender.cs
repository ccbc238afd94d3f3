using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.AwsSqs.Queues;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs;

/// <summary>Sends messages in batches of what the service takes at once.</summary>
internal sealed class AwsSqsSender(SqsClient client, QueueDirectory queues, AwsSqsOptions options, TimeProvider time)
{
    /// <summary>How long a new queue may not be known everywhere.</summary>
    private static readonly TimeSpan UntilKnown = TimeSpan.FromSeconds(1);

    private readonly MessageEncoder _encoder = new(options.OrdersWithoutKey);
    private readonly SentTimes _sentTimes = new(time);

    public async ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topicText,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var topic = QueueTopic.Parse(topicText, options.Endpoint);
        if (messages.Count == 0)
        {
            throw ConnectorException.Invalid("message", "is required");
        }

        var batches = SendBatch.Split(
            [.. messages.Select(message => _encoder.Encode(message, topic.IsFifo))],
            MessageEncoder.LargestMessage
        );
        var results = topic.IsFifo
            ? await SendInOrderAsync(topic, batches, cancellationToken)
            : await SendAtOnceAsync(topic, batches, cancellationToken);
        ThrowIfAnyFailed(results, messages.Count);
        var now = time.GetUtcNow();
        return
        [
            .. results.Select(
                (result, index) =>
                    new SendReceipt(
                        result.MessageId!,
                        topic.IsFifo && messages[index].DeduplicationKey is not null
                            ? _sentTimes.FirstOf(result.MessageId!)
                            : now
                    )
            ),
        ];
    }

    /// <summary>
    /// One error for all that were not sent: the caller's own mistakes first, since repeating does not help against them. What
    /// has no result was held back behind a failure.
    /// </summary>
    private static void ThrowIfAnyFailed(IReadOnlyList<BatchEntry> results, int count)
    {
        var failed = Enumerable.Range(0, results.Count).Where(index => results[index].FailureCode is not null).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var worst = failed.Select(index => results[index]).OrderByDescending(result => result.IsSenderFault).First();
        failed.AddRange(Enumerable.Range(results.Count, count - results.Count));
        var fault = AwsSqsErrors.Of(worst.FailureCode!, worst.Status);
        throw new ConnectorException(
            fault.Kind,
            fault.Code,
            $"{fault.Message} ({failed.Count} of {count} messages were not sent; others of this call may have been)",
            fault.RetryAfter
        )
        {
            Field = fault.Field,
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [UnsentMessages.Detail] = UnsentMessages.Write(failed),
            },
        };
    }

    /// <summary>Stops at the first batch with a failure: what follows must not overtake what failed.</summary>
    private async Task<IReadOnlyList<BatchEntry>> SendInOrderAsync(
        QueueTopic topic,
        IReadOnlyList<SendBatch> batches,
        CancellationToken cancellationToken
    )
    {
        var results = new List<BatchEntry>();
        foreach (var batch in batches)
        {
            var sent = await SendBatchAsync(topic, batch.Messages, cancellationToken);
            results.AddRange(sent);
            if (Array.Exists(sent, entry => entry.FailureCode is not null))
            {
                break;
            }
        }

        return results;
    }

    private async Task<IReadOnlyList<BatchEntry>> SendAtOnceAsync(
        QueueTopic topic,
        IReadOnlyList<SendBatch> batches,
        CancellationToken cancellationToken
    )
    {
        var results = new BatchEntry[batches.Sum(batch => batch.Messages.Count)];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = SqsLimits.BatchesAtOnce,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            batches,
            parallel,
            async (batch, token) =>
                (await SendBatchAsync(topic, batch.Messages, token)).CopyTo(results.AsSpan(batch.First))
        );
        return results;
    }

    /// <summary>Sends one batch; a queue that was deleted since it was found is looked for, or made, once more.</summary>
    private async Task<BatchEntry[]> SendBatchAsync(
        QueueTopic topic,
        IReadOnlyList<WireMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var queue = await queues.FindOrMakeAsync(topic, cancellationToken);
        try
        {
            return await SendToAsync(queue, messages, cancellationToken);
        }
        catch (ConnectorException fault) when (AwsSqsErrors.IsQueueNotFound(fault))
        {
            // Nothing was sent, so this repeats nothing.
            queues.Forget(queue);
        }

        queue = await queues.FindOrMakeAsync(topic, cancellationToken);
        try
        {
            return await SendToAsync(queue, messages, cancellationToken);
        }
        catch (ConnectorException fault)
            when (AwsSqsErrors.IsQueueNotFound(fault) && topic.Account is null && options.CreatesQueues)
        {
            queues.Forget(queue);
            throw new ConnectorException(
                ErrorKind.Unavailable,
                "QUEUE_NOT_READY",
                "The queue was just made and is not ready yet.",
                UntilKnown,
                fault
            );
        }
    }

    private async Task<BatchEntry[]> SendToAsync(
        SqsQueue queue,
        IReadOnlyList<WireMessage> messages,
        CancellationToken cancellationToken
    ) =>
        messages.Count > 1
            ? await client.SendAsync(queue.Url, messages, cancellationToken)
            :
            [
                new BatchEntry(
                    await client.SendAsync(queue.Url, messages[0], cancellationToken),
                    FailureCode: null,
                    IsSenderFault: false
                ),
            ];
}
