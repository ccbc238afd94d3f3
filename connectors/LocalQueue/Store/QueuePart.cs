namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>A partition as this transaction sees it.</summary>
internal sealed class QueuePart(long id, QueueTopic topic, int number, long next)
{
    public long Id { get; } = id;

    public QueueTopic Topic { get; } = topic;

    public int Number { get; } = number;

    /// <summary>Offset of the message to come.</summary>
    public long Next { get; private set; } = next;

    public bool Changed { get; set; }

    public long TakeOffset()
    {
        Changed = true;
        return Next++;
    }
}
