namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>A queue that has been found, and what was learned of it. Thread-safe.</summary>
/// <param name="topic">Its name.</param>
/// <param name="url">What the service calls it.</param>
internal sealed class SqsQueue(QueueTopic topic, string url)
{
    private int _typicalSize;
    private DeadLetterTarget? _deadLetters;

    public QueueTopic Topic => topic;

    public string Url => url;

    /// <summary>Bytes of its messages' bodies lately; 0 when nothing was received yet.</summary>
    public int TypicalSize
    {
        get => Volatile.Read(ref _typicalSize);
        set => Volatile.Write(ref _typicalSize, value);
    }

    /// <summary>Where its dead letters go; null when that has not been asked yet.</summary>
    public DeadLetterTarget? DeadLetters
    {
        get => Volatile.Read(ref _deadLetters);
        set => Volatile.Write(ref _deadLetters, value);
    }
}
