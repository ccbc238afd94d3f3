using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// One consumer at the broker, which lives for one receive: it may take as many messages as the receive may give, and no more
/// come once it has ended. So nothing is taken that nobody asked for, and no message counts as delivered that was not.
/// Thread-safe.
/// </summary>
/// <param name="consumerTag">Its name on the channel.</param>
/// <param name="most">Most messages it may take.</param>
internal sealed class Fetch(string consumerTag, int most)
{
    private readonly Lock _gate = new();
    private readonly List<ArrivedMessage> _arrived = [];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectorException? _fault;
    private int _cancellations;

    public string ConsumerTag => consumerTag;

    /// <summary>Ends when a message is there, or none can come any more.</summary>
    public Task First => _first.Task;

    /// <summary>Ends when no message can come any more.</summary>
    public Task Last => _last.Task;

    /// <summary>The consumer's end at the broker, once it was asked for; nothing is settled before.</summary>
    public Task Ending { get; set; } = Task.CompletedTask;

    /// <summary>Whether the broker ended it because the queue was deleted.</summary>
    public bool IsQueueGone { get; private set; }

    /// <summary>Whether as many messages are there as may come.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _arrived.Count >= most;
            }
        }
    }

    public void Add(ArrivedMessage message)
    {
        lock (_gate)
        {
            _arrived.Add(message);
        }

        _first.TrySetResult();
    }

    /// <summary>
    /// The broker has answered to a cancellation. It may still hand over what was on its way; the answer to a second one
    /// comes behind all of that.
    /// </summary>
    public void CountCancellation()
    {
        if (Interlocked.Increment(ref _cancellations) == 2)
        {
            End();
        }
    }

    public void EndWithQueue()
    {
        IsQueueGone = true;
        _first.TrySetResult();
    }

    /// <summary>The channel is closed; the broker has taken back what it handed over.</summary>
    public void Fail(ConnectorException fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        End();
    }

    /// <summary>What has come.</summary>
    /// <exception cref="ConnectorException">The channel was closed.</exception>
    public IReadOnlyList<ArrivedMessage> Take()
    {
        if (_fault is { } fault)
        {
            throw fault;
        }

        lock (_gate)
        {
            return [.. _arrived];
        }
    }

    private void End()
    {
        _first.TrySetResult();
        _last.TrySetResult();
    }
}
