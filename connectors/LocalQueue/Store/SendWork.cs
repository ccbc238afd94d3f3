using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Adds messages to a topic, which is made by the first of them.</summary>
internal sealed class SendWork(string topicName, NewMessage[] messages, CancellationToken cancellationToken)
    : WorkOf<IReadOnlyList<SendReceipt>>(cancellationToken)
{
    public override int Weight => messages.Length;

    protected override IReadOnlyList<SendReceipt> Run(Batch batch)
    {
        var partitions = batch.FindTopic(topicName)?.Partitions ?? batch.Rules.Partitions;
        if (Array.Exists(messages, message => message.Partition is { } number && (number < 0 || number >= partitions)))
        {
            throw ConnectorException.Invalid("options.partition", $"must lie between 0 and {partitions - 1}");
        }

        var topic = batch.MakeTopic(topicName);
        return Array.ConvertAll(messages, message => Send(batch, topic, message));
    }

    private static SendReceipt Send(Batch batch, QueueTopic topic, NewMessage message)
    {
        if (message.DeduplicationKey is not { } key)
        {
            return batch.Append(topic, message);
        }

        if (FindRepeat(batch, topic, key) is { } first)
        {
            return first;
        }

        var receipt = batch.Append(topic, message);
        var part = batch.PartAt(topic, receipt.Partition!.Value);
        batch.Statements.RememberKey.Run(topic.Id, key, part.Id, receipt.Offset!.Value, batch.Now);
        return receipt;
    }

    private static SendReceipt? FindRepeat(Batch batch, QueueTopic topic, string key)
    {
        var since = batch.Now - (long)batch.Rules.DeduplicationWindow.TotalMilliseconds;
        using var row = batch.Statements.FindRepeat.Read(topic.Id, key, since);
        return row.Read() ? batch.ReceiptFor(batch.PartOf(row.GetInt64(0)), row.GetInt64(1), row.GetInt64(2)) : null;
    }
}
