namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>
/// The messages of one assigned partition from the group's offset on. Kafka keeps one offset per group and partition, so
/// only the unbroken row of handled messages at its beginning can be committed. Guarded by its buffer.
/// </summary>
internal sealed class PartitionWindow(int partition, long start)
{
    private const int MostUnanswered = 4096;

    private readonly Dictionary<long, BufferedMessage> _byOffset = [];

    /// <summary>Handled and committed, but the call about it may have failed for other messages and be repeated.</summary>
    private readonly Dictionary<long, BufferedMessage> _unanswered = [];
    private readonly Queue<BufferedMessage> _open = [];
    private readonly Queue<BufferedMessage> _unconfirmed = [];
    private long _highest = -1;

    public int Partition => partition;

    /// <summary>All that is remembered.</summary>
    public int Count => _byOffset.Count;

    /// <summary>The offset that may be committed; before anything is handled where it starts, -1 for nowhere.</summary>
    public long Position { get; private set; } = start;

    /// <summary>The offset that is committed by this member.</summary>
    public long Committed { get; private set; } = -1;

    public bool IsDropped { get; private set; }

    public bool HasUncommitted => Position > Committed;

    /// <summary>The first that is not handled; null for none.</summary>
    public BufferedMessage? First => _open.TryPeek(out var first) ? first : null;

    /// <summary>Whether it has seen this offset, or one behind it.</summary>
    public bool IsPast(long offset) => offset <= _highest;

    public void Add(BufferedMessage message)
    {
        _highest = message.Offset;
        _byOffset.Add(message.Offset, message);
        _open.Enqueue(message);
    }

    public BufferedMessage? Find(long offset) =>
        _byOffset.GetValueOrDefault(offset) ?? _unanswered.GetValueOrDefault(offset);

    /// <summary>Its receiver knows that it is handled.</summary>
    public void Answer(BufferedMessage message)
    {
        message.IsAnswered = true;
        _unanswered.Remove(message.Offset);
    }

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
            if (first is { IsAnswered: false, DeliveryId: not 0 })
            {
                AwaitAnswer(first);
            }
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

    private void AwaitAnswer(BufferedMessage message)
    {
        if (_unanswered.Count >= MostUnanswered)
        {
            // Left by callers that went away; who repeats a call does so soon.
            _unanswered.Clear();
        }

        _unanswered.Add(message.Offset, message);
    }
}
