using Microsoft.Data.Sqlite;
using Yyc3.Connectors.LocalQueue.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Leases messages to a group: first those whose lease or delay has ended, then new ones in offset order.</summary>
/// <param name="request">Topic, group and lease.</param>
/// <param name="most">Most messages.</param>
/// <param name="mostBytes">Most bytes of bodies.</param>
/// <param name="first">Whether the first message is given even if it is larger than that.</param>
/// <param name="cancellationToken">Drops the request before it is begun.</param>
internal sealed class LeaseWork(
    ReceiveRequest request,
    int most,
    long mostBytes,
    bool first,
    CancellationToken cancellationToken
) : WorkOf<LeaseResult>(cancellationToken)
{
    private readonly List<Delivery> _taken = [];
    private long _bytes;
    private bool _full;

    public override int Weight => most;

    protected override LeaseResult Run(Batch batch)
    {
        _taken.Clear();
        (_bytes, _full) = (0, false);
        if (batch.FindTopic(request.Topic) is not { } topic)
        {
            return new LeaseResult([], null);
        }

        var consumer = batch.Statements.ConsumerByName.Number(topic.Id, request.Group);
        if (consumer is { } known)
        {
            TakeDue(batch, known);
        }

        TakeFresh(batch, topic, consumer);
        if (_taken.Count == 0)
        {
            return new LeaseResult([], FindNextDue(batch, consumer));
        }

        var ordered = _taken.OrderBy(delivery => delivery.Partition).ThenBy(delivery => delivery.Offset);
        return new LeaseResult([.. ordered], null);
    }

    private void TakeDue(Batch batch, long consumer)
    {
        var picked = new List<Candidate>();
        var exhausted = new List<(QueueReceipt Delivery, long Attempts)>();
        using (var rows = batch.Statements.DueDeliveries.Read(consumer, batch.Now, most))
        {
            while (rows.Read() && !_full)
            {
                var attempts = rows.GetInt64(2);
                if (attempts >= batch.Rules.MaxDeliveries && !DeadLetterNames.IsDeadLetterTopic(request.Topic))
                {
                    var delivery = new QueueReceipt(batch.QueueId, consumer, rows.GetInt64(0), rows.GetInt64(1), 0);
                    exhausted.Add((delivery, attempts));
                    continue;
                }

                Pick(rows, picked);
            }
        }

        Grant(batch, consumer, picked);
        exhausted.ForEach(item => DeadLetters.Bury(batch, item.Delivery, item.Attempts, DeadLetterNames.MaxDeliveries));
    }

    private void TakeFresh(Batch batch, QueueTopic topic, long? consumer)
    {
        batch.Flush();
        var backlog = new List<(long Part, long Next)>();
        using (var rows = batch.Statements.Backlog.Read(consumer, topic.Id))
        {
            while (rows.Read())
            {
                backlog.Add((rows.GetInt64(0), rows.GetInt64(1)));
            }
        }

        // Another partition comes first each time, or the others would starve behind a busy one.
        var start = backlog.Count > 1 ? batch.Receiving.Next(topic.Id, backlog.Count) : 0;
        for (var i = 0; i < backlog.Count && !_full && _taken.Count < most; i++)
        {
            var (part, next) = backlog[(start + i) % backlog.Count];
            var picked = new List<Candidate>();
            using (var rows = batch.Statements.FreshMessages.Read(part, next, most - _taken.Count))
            {
                while (rows.Read() && !_full)
                {
                    Pick(rows, picked);
                }
            }

            if (picked.Count == 0 && _full)
            {
                return;
            }

            consumer ??= batch.Statements.AddConsumer.Number(topic.Id, request.Group);
            // Nothing there: retention took the rest of the partition.
            var moved = picked.Count > 0 ? picked[^1].Offset + 1 : batch.PartOf(part).Next;
            batch.Statements.MovePosition.Run(consumer, part, moved);
            Grant(batch, consumer!.Value, picked);
        }
    }

    private void Pick(SqliteDataReader row, List<Candidate> picked)
    {
        var size = row.GetInt64(7);
        _full = _bytes + size > mostBytes && !(first && _taken.Count == 0 && picked.Count == 0);
        if (_full)
        {
            return;
        }

        _bytes += size;
        picked.Add(
            new Candidate(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2))
            {
                Sent = row.GetInt64(3),
                Key = row.IsDBNull(4) ? null : row.GetString(4),
                ContentType = row.GetString(5),
                Headers = row.GetFieldValue<byte[]>(6),
                Body = row.GetFieldValue<byte[]>(8),
            }
        );
    }

    private void Grant(Batch batch, long consumer, List<Candidate> picked)
    {
        var due = DueAt(batch);
        foreach (var message in picked)
        {
            var lease = new QueueReceipt(
                batch.QueueId,
                consumer,
                message.Part,
                message.Offset,
                QueueReceipt.NewToken()
            );
            var count = message.Attempts + 1;
            batch.Statements.GrantLease.Run(consumer, message.Part, message.Offset, due, count, lease.Token);
            _taken.Add(
                new Delivery
                {
                    MessageId = batch.MessageId(message.Part, message.Offset),
                    Topic = request.Topic,
                    Receipt = lease.ToString(),
                    Body = message.Body,
                    ContentType = message.ContentType,
                    Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(message.Sent),
                    DeliveryCount = count,
                    LeasedUntil = DateTimeOffset.FromUnixTimeMilliseconds(due),
                    Key = message.Key,
                    Partition = batch.PartOf(message.Part).Number,
                    Offset = message.Offset,
                    Headers = HeaderCodec.Decode(message.Headers),
                }
            );
        }
    }

    private static DateTimeOffset? FindNextDue(Batch batch, long? consumer) =>
        consumer is not null && batch.Statements.NextDue.Number(consumer) is { } due
            ? DateTimeOffset.FromUnixTimeMilliseconds(due)
            : null;

    private long DueAt(Batch batch) => batch.Now + (long)Math.Ceiling(request.Lease.TotalMilliseconds);
}
