using Confluent.Kafka;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>How far each assigned partition is handled and committed, and who waits for that. Guarded by its buffer.</summary>
internal sealed class CommitLedger(string topic)
{
    private readonly Dictionary<int, PartitionWindow> _windows = [];
    private List<TaskCompletionSource> _waiting = [];

    /// <summary>Messages remembered, with content or without.</summary>
    public int Remembered { get; private set; }

    public bool IsAwaited => _waiting.Count > 0;

    /// <param name="partition">Partition.</param>
    /// <param name="start">Where one that begins now is to turn the group's offset back to; -1 to leave it.</param>
    public PartitionWindow WindowOf(int partition, long start = -1)
    {
        if (!_windows.TryGetValue(partition, out var window))
        {
            window = new PartitionWindow(partition, start);
            _windows.Add(partition, window);
        }

        return window;
    }

    /// <summary>The message, held back, behind which most are remembered; null for none.</summary>
    public BufferedMessage? LongestGap =>
        _windows
            .Values.Where(window => window.First is { State: MessageState.Held })
            .MaxBy(window => window.Count)
            ?.First;

    /// <summary>Remembers a message.</summary>
    public void Add(BufferedMessage message)
    {
        message.Window.Add(message);
        Remembered++;
    }

    /// <summary>The message of a delivery; null when the delivery has ended.</summary>
    public BufferedMessage? Find(DeliveryKey key) =>
        _windows.GetValueOrDefault(key.Partition)?.Find(key.Offset) is { } message
        && message.DeliveryId == key.DeliveryId
            ? message
            : null;

    /// <summary>Tells what became of handled messages.</summary>
    /// <param name="messages">The messages; those that are decided become null.</param>
    /// <param name="outcomes">Filled in for those that are decided.</param>
    /// <param name="change">What to wait for before asking again.</param>
    /// <returns>Whether all are decided.</returns>
    public bool TryDecide(BufferedMessage?[] messages, SettleOutcome[] outcomes, out Task change)
    {
        var isOpen = false;
        for (var i = 0; i < messages.Length; i++)
        {
            if (messages[i] is not { } message)
            {
                continue;
            }

            if (OutcomeOf(message) is not { } outcome)
            {
                isOpen = true;
                continue;
            }

            outcomes[i] = outcome;
            messages[i] = null;
        }

        change = Task.CompletedTask;
        if (!isOpen)
        {
            return true;
        }

        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(signal);
        change = signal.Task;
        return false;
    }

    /// <summary>What is to be committed; null for nothing.</summary>
    public CommitWork? Begin()
    {
        List<TopicPartitionOffset>? offsets = null;
        foreach (var window in _windows.Values)
        {
            if (window.HasUncommitted)
            {
                (offsets ??= []).Add(new TopicPartitionOffset(topic, window.Partition, window.Position));
            }
        }

        return offsets is null ? null : new CommitWork(offsets, TakeWaiting());
    }

    public void End(CommitWork work)
    {
        foreach (var offset in work.Offsets)
        {
            if (_windows.TryGetValue(offset.Partition.Value, out var window))
            {
                Remembered -= window.Confirm(offset.Offset.Value);
            }
        }
    }

    /// <summary>The commit is to be made again soon.</summary>
    public void PutBack(CommitWork work) => _waiting.AddRange(work.Waiting);

    /// <summary>Forgets a partition.</summary>
    /// <returns>What it held.</returns>
    public IEnumerable<BufferedMessage> Drop(int partition)
    {
        if (!_windows.Remove(partition, out var window))
        {
            return [];
        }

        Remembered -= window.Count;
        return window.Drop();
    }

    public IReadOnlyList<int> Partitions() => [.. _windows.Keys];

    public List<TaskCompletionSource> TakeWaiting()
    {
        var waiting = _waiting;
        _waiting = [];
        return waiting;
    }

    private static SettleOutcome? OutcomeOf(BufferedMessage message)
    {
        var window = message.Window;
        if (window.Committed > message.Offset)
        {
            return SettleOutcome.Done;
        }

        if (window.IsDropped)
        {
            return SettleOutcome.Expired;
        }

        // Behind one that is not handled there is nothing to commit: only this memory knows that it is handled.
        return window.Position <= message.Offset ? SettleOutcome.Done : null;
    }
}
