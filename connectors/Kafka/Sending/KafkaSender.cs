using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Format;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Sending;

/// <summary>Hands all messages of a call to the client at once and waits until the brokers have confirmed each.</summary>
internal sealed class KafkaSender(KafkaLink link, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(2);

    private readonly TopicPartitions _partitions = new(time);

    public async ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        KafkaLimits.CheckTopic(topic);
        if (messages.Count == 0)
        {
            throw ConnectorException.Invalid("message", "is required");
        }

        var encoded = new Message<byte[]?, byte[]>[messages.Count];
        var highest = -1;
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = MessageFormat.Encode(messages[i]);
            highest = Math.Max(highest, messages[i].Partition ?? -1);
        }

        var client = await link.GetAsync(cancellationToken);
        if (highest >= 0)
        {
            await _partitions.CheckAsync(client, topic, highest, cancellationToken);
        }

        var batch = new SendBatch(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            var target = new TopicPartition(topic, messages[i].Partition ?? Partition.Any);
            while (Hand(client, target, encoded[i], batch, i) is { } refusal)
            {
                if (i == 0 || refusal.Code != ErrorCode.Local_QueueFull)
                {
                    batch.GiveUp(i, refusal);
                    return await CompleteAsync(client, batch, cancellationToken);
                }

                // Some are on their way already, so the rest waits for room instead of making the call fail.
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }

        return await CompleteAsync(client, batch, cancellationToken);
    }

    /// <summary>Sends one message that is Kafka's already.</summary>
    public async Task SendAsync(string topic, Message<byte[]?, byte[]> message, CancellationToken cancellationToken)
    {
        var client = await link.GetAsync(cancellationToken);
        var batch = new SendBatch(1);
        if (Hand(client, new TopicPartition(topic, Partition.Any), message, batch, 0) is { } refusal)
        {
            batch.GiveUp(0, refusal);
        }

        await CompleteAsync(client, batch, cancellationToken);
    }

    public void Dispose() => _partitions.Dispose();

    private async ValueTask<IReadOnlyList<SendReceipt>> CompleteAsync(
        LinkedClient client,
        SendBatch batch,
        CancellationToken cancellationToken
    )
    {
        await batch.End.WaitAsync(cancellationToken);
        if (batch.Failure is { } failure)
        {
            throw await link.ExplainAsync(failure, cancellationToken);
        }

        client.Trouble.Clear();
        return batch.Receipts;
    }

    private static Error? Hand(
        LinkedClient client,
        TopicPartition target,
        Message<byte[]?, byte[]> message,
        SendBatch batch,
        int index
    )
    {
        try
        {
            client.Producer.Produce(target, message, batch.OutcomeOf(index));
            return null;
        }
        catch (KafkaException fault)
        {
            return fault.Error;
        }
        catch (ObjectDisposedException)
        {
            return new Error(ErrorCode.Local_Destroy);
        }
    }
}
