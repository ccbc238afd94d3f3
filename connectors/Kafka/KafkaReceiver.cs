using System.Security.Cryptography;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Format;
using Yyc3.Connectors.Kafka.Receiving;
using Yyc3.Connectors.Kafka.Sending;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka;

/// <summary>Finds the consumer of each call and of each receipt.</summary>
internal sealed class KafkaReceiver : IAsyncDisposable
{
    private readonly KafkaLink _link;
    private readonly GroupConsumers _consumers;
    private readonly TimeProvider _time;
    private readonly ulong _integration;
    private readonly ulong _instance = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public KafkaReceiver(ConnectorContext context, KafkaOptions options, KafkaLink link, KafkaSender sender)
    {
        _link = link;
        _time = context.Time;
        _consumers = new GroupConsumers(options, link, sender, context);
        _integration = context.ComputeIntegrationHash();
    }

    /// <summary>Consumers that are open, and those that receivers are using.</summary>
    public (int Open, int InUse) Usage => _consumers.Usage;

    public async ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    )
    {
        KafkaLimits.Check(request);
        // Says what is wrong with the cluster, which a consumer does not.
        await _link.GetAsync(cancellationToken);
        var consumer = _consumers.Enter(new GroupTopic(request.Group, request.Topic));
        try
        {
            var leases = await consumer.ReceiveAsync(request, cancellationToken);
            var until = _time.GetUtcNow() + request.Lease;
            return [.. leases.Select(lease => Show(lease, request.Topic, consumer.Number, until))];
        }
        finally
        {
            consumer.Leave();
        }
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => SettleAsync(receipts, (consumer, keys) => consumer.AcknowledgeAsync(keys, cancellationToken));

    public ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> receipts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    )
    {
        KafkaLimits.CheckDelay(delay);
        return SettleAsync(
            receipts,
            (consumer, keys) =>
                deadLetter ? consumer.BuryAsync(keys, cancellationToken) : consumer.GiveBackAsync(keys, delay)
        );
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(IReadOnlyList<string> receipts, TimeSpan lease)
    {
        KafkaLimits.CheckLease(lease);
        return SettleAsync(receipts, (consumer, keys) => consumer.ExtendAsync(keys, lease));
    }

    public ValueTask DisposeAsync() => _consumers.DisposeAsync();

    private Delivery Show(Lease lease, string topic, int consumer, DateTimeOffset until)
    {
        var ((partition, offset, delivery), deliveries, content) = lease;
        return new Delivery
        {
            MessageId = MessageFormat.IdOf(topic, partition, offset),
            Topic = topic,
            Receipt = new KafkaReceipt(_integration, _instance, consumer, partition, offset, delivery).ToString(),
            Body = content.Value,
            ContentType = MessageFormat.ContentTypeOf(content.Headers),
            Timestamp = MessageFormat.TimeOf(content.Timestamp),
            DeliveryCount = deliveries,
            LeasedUntil = until,
            Key = MessageFormat.Decode(content.Key),
            Partition = partition,
            Offset = offset,
            Headers = MessageFormat.DecodeHeaders(content.Headers),
        };
    }

    private async ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(
        IReadOnlyList<string> receipts,
        Func<GroupConsumer, IReadOnlyList<DeliveryKey>, Task<SettleOutcome[]>> settle
    )
    {
        var outcomes = new SettleOutcome[receipts.Count];
        var byConsumer = new Dictionary<GroupConsumer, (List<int> Places, List<DeliveryKey> Keys)>();
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (KafkaReceipt.Find(receipts[i]) is not { } receipt || receipt.Integration != _integration)
            {
                outcomes[i] = SettleOutcome.Unknown;
                continue;
            }

            // Another instance of this integration gave it: the lease is or was there, and ended with it.
            outcomes[i] = SettleOutcome.Expired;
            if (receipt.Instance == _instance && _consumers.Find(receipt.Consumer) is { } consumer)
            {
                if (!byConsumer.TryGetValue(consumer, out var part))
                {
                    byConsumer[consumer] = part = ([], []);
                }

                part.Places.Add(i);
                part.Keys.Add(new DeliveryKey(receipt.Partition, receipt.Offset, receipt.Delivery));
            }
        }

        await Task.WhenAll(
            byConsumer.Select(async part =>
            {
                var decided = await settle(part.Key, part.Value.Keys);
                for (var i = 0; i < decided.Length; i++)
                {
                    outcomes[part.Value.Places[i]] = decided[i];
                }
            })
        );
        // Only now: a call that fails for some is repeated whole, and what is durable must then be done again.
        foreach (var (consumer, (_, keys)) in byConsumer)
        {
            consumer.Conclude(keys);
        }

        return outcomes;
    }
}
