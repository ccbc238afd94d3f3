namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>
/// Deletes old messages of some partitions, a bounded number at a time, so that senders do not wait behind it. Offsets
/// and positions stay as they are: a reader passes over the gap.
/// </summary>
/// <param name="after">Partition after which to go on.</param>
internal sealed class SweepWork(long after) : WorkOf<long?>(CancellationToken.None)
{
    private const int MostParts = 64;
    private const int MostMessages = 500;

    /// <summary>Where to go on, or null at the end.</summary>
    protected override long? Run(Batch batch)
    {
        var cutoff = batch.Now - (long)batch.Rules.Retention.TotalMilliseconds;
        batch.Statements.DropKeys.Run(
            batch.Now - (long)batch.Rules.DeduplicationWindow.TotalMilliseconds,
            MostMessages
        );

        var parts = new List<(long Id, long Topic)>();
        using (var rows = batch.Statements.PartsAfter.Read(after, MostParts))
        {
            while (rows.Read())
            {
                parts.Add((rows.GetInt64(0), rows.GetInt64(1)));
            }
        }

        var left = MostMessages;
        foreach (var (part, topic) in parts)
        {
            var dropped = Drop(batch, part, topic, cutoff, left);
            left -= dropped;
            if (left <= 0)
            {
                return part - 1;
            }
        }

        return parts.Count == MostParts ? parts[^1].Id : null;
    }

    private static int Drop(Batch batch, long part, long topic, long cutoff, int most)
    {
        var end =
            batch.Statements.FirstKept.Number(part, cutoff, most)
            ?? batch.Statements.LastOfOldest.Number(part, most) + 1;
        if (end is null)
        {
            return 0;
        }

        var dropped = batch.Statements.DropMessages.Run(part, end);
        if (dropped > 0)
        {
            batch.Statements.DropDeliveries.Run(topic, part, end);
        }

        return dropped;
    }
}
