using System.Globalization;
using Yyc3.Connectors.LocalQueue.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>
/// What one transaction knows. Thrown away with it: another instance may change the file between two transactions.
/// </summary>
internal sealed class Batch(QueueStatements statements, string queueId, QueueRules rules)
{
    private readonly Dictionary<string, QueueTopic> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Topic, int Number), QueuePart> _partsByNumber = [];
    private readonly Dictionary<long, QueuePart> _parts = [];

    public QueueStatements Statements => statements;

    public string QueueId => queueId;

    public QueueRules Rules => rules;

    /// <summary>Milliseconds since 1970, the same for the whole transaction.</summary>
    public required long Now { get; init; }

    /// <summary>Whose turn it is among the partitions for messages without a key.</summary>
    public required Rotation Sending { get; init; }

    /// <summary>Whose turn it is to be read first.</summary>
    public required Rotation Receiving { get; init; }

    /// <summary>Topics to wake once this is durable, and when: zero for at once.</summary>
    public Dictionary<string, long> Wakes { get; } = new(StringComparer.Ordinal);

    public QueueTopic? FindTopic(string name)
    {
        if (_topics.TryGetValue(name, out var known))
        {
            return known;
        }

        using var row = statements.TopicByName.Read(name);
        return row.Read() ? _topics[name] = new QueueTopic(row.GetInt64(0), name, row.GetInt32(1)) : null;
    }

    public QueueTopic MakeTopic(string name) =>
        FindTopic(name)
        ?? (
            _topics[name] = new QueueTopic(
                statements.AddTopic.Number(name, rules.Partitions)!.Value,
                name,
                rules.Partitions
            )
        );

    public QueuePart PartOf(long id)
    {
        if (_parts.TryGetValue(id, out var known))
        {
            return known;
        }

        using var row = statements.PartById.Read(id);
        row.Read();
        var topic = new QueueTopic(row.GetInt64(0), row.GetString(1), row.GetInt32(2));
        return Keep(new QueuePart(id, topic, row.GetInt32(3), row.GetInt64(4)));
    }

    /// <summary>Adds a message to its partition; the topic's waiting receivers wake when it is durable.</summary>
    public SendReceipt Append(QueueTopic topic, NewMessage message)
    {
        var part = PartAt(topic, message.Partition ?? Choose(topic, message.Key));
        var offset = part.TakeOffset();
        statements.AddMessage.Run(
            part.Id,
            offset,
            Now,
            message.Key,
            message.ContentType,
            message.Headers,
            message.Body
        );
        Wake(topic.Name, 0);
        return ReceiptFor(part, offset, Now);
    }

    public SendReceipt ReceiptFor(QueuePart part, long offset, long sent) =>
        new(MessageId(part.Id, offset), DateTimeOffset.FromUnixTimeMilliseconds(sent))
        {
            Partition = part.Number,
            Offset = offset,
        };

    public string MessageId(long part, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"msg-{queueId}-{part:x}-{offset:x}");

    public void Wake(string topic, long due)
    {
        if (!Wakes.TryGetValue(topic, out var planned) || due < planned)
        {
            Wakes[topic] = due;
        }
    }

    /// <summary>Writes the offsets taken so far, for statements that read them and for the commit.</summary>
    public void Flush()
    {
        foreach (var part in _parts.Values.Where(part => part.Changed))
        {
            statements.MovePart.Run(part.Id, part.Next);
            part.Changed = false;
        }
    }

    /// <summary>Makes the transaction durable.</summary>
    public void Commit()
    {
        Flush();
        statements.Commit.Run();
    }

    private int Choose(QueueTopic topic, string? key) =>
        key is null ? Sending.Next(topic.Id, topic.Partitions) : KeyHash.PartitionOf(key, topic.Partitions);

    public QueuePart PartAt(QueueTopic topic, int number)
    {
        if (_partsByNumber.TryGetValue((topic.Id, number), out var known))
        {
            return known;
        }

        using var row = statements.PartByNumber.Read(topic.Id, number);
        return Keep(
            row.Read()
                ? new QueuePart(row.GetInt64(0), topic, number, row.GetInt64(1))
                : new QueuePart(statements.AddPart.Number(topic.Id, number)!.Value, topic, number, 0)
        );
    }

    private QueuePart Keep(QueuePart part)
    {
        // The one already known may hold offsets that are not written yet.
        if (_parts.TryGetValue(part.Id, out var known))
        {
            part = known;
        }

        _parts[part.Id] = part;
        _partsByNumber[(part.Topic.Id, part.Number)] = part;
        return part;
    }
}
