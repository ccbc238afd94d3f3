namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>
/// The messages of one assigned partition from the group's offset on. Kafka keeps one offset per group and partition, so
/// only the unbroken row of handled messages at its beginning can be committed. Guarded by its buffer.
/// </summary>
internal sealed class PartitionWindow(int partition)
{
    private readonly Dictionary<long, BufferedMessage> _byOffset = [];
    private readonly Queue<BufferedMessage> _open = [];
    private readonly Queue<BufferedMessage> _unconfirmed = [];

    public int Partition => partition;

    /// <summary>All that is remembered.</summary>
    public int Count => _byOffset.Count;

    /// <summary>The offset that may be committed; -1 before anything is handled.</summary>
    public long Position { get; private set; } = -1;

    /// <summary>The offset that is committed by this member.</summary>
    public long Committed { get; private set; } = -1;

    public bool IsDropped { get; private set; }

    public bool HasUncommitted => Position > Committed;

    public bool TryAdd(BufferedMessage message)
    {
        // A message that is here already came again because the client went back; the first one counts.
        if (!_byOffset.TryAdd(message.Offset, message))
        {
            return false;
        }

        _open.Enqueue(message);
        return true;
    }

    public BufferedMessage? Find(long offset) => _byOffset.GetValueOrDefault(offset);

    /// <summary>Moves the position past what is handled.</summary>
    public void Advance()
    {
        while (_open.TryPeek(out var first) && first.State == MessageState.Acknowledged)
        {
            _unconfirmed.Enqueue(_open.Dequeue());
            Position = first.Offset + 1;
        }
    }

    /// <summary>Forgets what no member will be given again.</summary>
    /// <returns>How many messages that were.</returns>
    public int Confirm(long committed)
    {
        var forgotten = 0;
        Committed = Math.Max(Committed, committed);
        while (_unconfirmed.TryPeek(out var first) && first.Offset < committed)
        {
            _byOffset.Remove(_unconfirmed.Dequeue().Offset);
            forgotten++;
        }

        return forgotten;
    }

    /// <summary>Ends it.</summary>
    /// <returns>What it held.</returns>
    public List<BufferedMessage> Drop()
    {
        IsDropped = true;
        List<BufferedMessage> messages = [.. _byOffset.Values];
        _byOffset.Clear();
        _open.Clear();
        _unconfirmed.Clear();
        return messages;
    }
}
