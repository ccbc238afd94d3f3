using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.RabbitMq.Sending;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>Acknowledges, gives back, gives up and prolongs.</summary>
internal sealed class Settlement(
    RabbitMqOptions options,
    LeaseTable leases,
    LeaseReceipt receipts,
    Publisher publisher,
    TimeProvider time
)
{
    public Task<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(IReadOnlyList<string> texts) =>
        SettleAsync(texts, static (channel, tags) => channel.AcknowledgeAsync(tags));

    public Task<IReadOnlyList<SettleOutcome>> ReturnAsync(IReadOnlyList<string> texts) =>
        SettleAsync(texts, static (channel, tags) => channel.ReturnAsync(tags));

    /// <summary>Holds messages back here, unacknowledged at the broker, and gives them back later.</summary>
    public IReadOnlyList<SettleOutcome> Delay(IReadOnlyList<string> texts, TimeSpan delay)
    {
        MessageLimits.CheckDelay(delay, options.MaxHold);
        var taken = Take(texts, out var outcomes);
        foreach (var (_, lease) in taken)
        {
            var longest = lease.TakenAt + options.MaxHold - time.GetUtcNow();
            leases.Hold(lease, delay < longest ? delay : longest);
        }

        return outcomes;
    }

    /// <summary>Gives messages up: the dead letters have confirmed them before they leave their queue.</summary>
    public async Task<IReadOnlyList<SettleOutcome>> GiveUpAsync(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken
    )
    {
        var open = Take(texts, out var outcomes);
        while (open.Count > 0)
        {
            var topic = open[0].Lease.Delivery!.Topic;
            var letters = open.FindAll(item => IsOf(item.Lease, topic));
            try
            {
                // A dead letter that is given up is dropped.
                if (!DeadLetterNames.IsDeadLetterTopic(topic))
                {
                    await publisher.PublishToQueueAsync(
                        DeadLetterNames.TopicOf(topic),
                        letters.ConvertAll(item =>
                            MessageForm.WriteDeadLetter(item.Lease.Delivery!, item.Lease.Properties!)
                        ),
                        cancellationToken
                    );
                }
            }
            catch
            {
                await SettleAsync(open, outcomes, static (channel, tags) => channel.ReturnAsync(tags));
                throw;
            }

            // Before the next topic, whose failure must not bring these back: they are among the dead letters now.
            await SettleAsync(letters, outcomes, static (channel, tags) => channel.AcknowledgeAsync(tags));
            open.RemoveAll(item => IsOf(item.Lease, topic));
        }

        return outcomes;

        static bool IsOf(Lease lease, string topic) =>
            string.Equals(lease.Delivery!.Topic, topic, StringComparison.Ordinal);
    }

    /// <summary>Prolongs leases; one that would outlast the broker's patience stays as it is.</summary>
    /// <exception cref="ConnectorException">None of those that are alive can be prolonged so far.</exception>
    public IReadOnlyList<SettleOutcome> Extend(IReadOnlyList<string> texts, TimeSpan span)
    {
        MessageLimits.CheckLease(span, options.MaxHold);
        var numbers = texts.Select(receipts.Find).ToList();
        var found = numbers.ConvertAll(number => number is { } known ? leases.Find(known) : null);
        var end = time.GetUtcNow() + span;
        var alive = found.OfType<Lease>().ToList();
        if (alive.Count > 0 && alive.TrueForAll(IsTooLong))
        {
            throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "HELD_TOO_LONG",
                $"A message must be settled within {options.MaxHold.TotalSeconds:0} seconds of its delivery (maxHoldSeconds)."
            );
        }

        return
        [
            .. numbers.Zip(
                found,
                (number, lease) =>
                    number is null ? SettleOutcome.Unknown
                    : lease is not null && !IsTooLong(lease) && leases.TryExtend(lease, span) ? SettleOutcome.Done
                    : SettleOutcome.Expired
            ),
        ];

        bool IsTooLong(Lease lease) => end > lease.TakenAt + options.MaxHold;
    }

    private async Task<IReadOnlyList<SettleOutcome>> SettleAsync(
        IReadOnlyList<string> texts,
        Func<ReceiveChannel, IReadOnlyList<ulong>, Task<bool>> settle
    )
    {
        var taken = Take(texts, out var outcomes);
        await SettleAsync(taken, outcomes, settle);
        return outcomes;
    }

    /// <summary>Takes the leases out; the outcome of each that is there is set to done.</summary>
    private List<(int Index, Lease Lease)> Take(IReadOnlyList<string> texts, out SettleOutcome[] outcomes)
    {
        outcomes = new SettleOutcome[texts.Count];
        var taken = new List<(int, Lease)>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            var number = receipts.Find(texts[i]);
            if (number is { } known && leases.Take(known) is { } lease)
            {
                taken.Add((i, lease));
            }
            else
            {
                outcomes[i] = number is null ? SettleOutcome.Unknown : SettleOutcome.Expired;
            }
        }

        return taken;
    }

    private static async Task SettleAsync(
        List<(int Index, Lease Lease)> taken,
        SettleOutcome[] outcomes,
        Func<ReceiveChannel, IReadOnlyList<ulong>, Task<bool>> settle
    )
    {
        foreach (var group in taken.GroupBy(item => item.Lease.Channel))
        {
            foreach (var (_, lease) in group)
            {
                // A consumer that still runs would take the next message into the place that becomes free.
                await lease.Fetch.Ending;
            }

            if (await settle(group.Key, [.. group.Select(item => item.Lease.Tag)]))
            {
                continue;
            }

            foreach (var (index, _) in group)
            {
                outcomes[index] = SettleOutcome.Expired;
            }
        }
    }
}
