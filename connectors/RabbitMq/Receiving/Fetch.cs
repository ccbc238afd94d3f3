using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// One consumer at the broker: it may take as many messages as a receive may give, and none comes once it has ended. So nothing
/// is taken that nobody asked for. It is best ended when it is full: a quorum queue takes back what is on its way to a consumer
/// that ends, and counts that as a delivery. Thread-safe.
/// </summary>
/// <param name="consumerTag">Its name on the channel.</param>
/// <param name="most">Most messages it may take.</param>
/// <param name="room">Bytes of content to keep; a first message is kept whatever its size.</param>
/// <param name="wasCounted">Whether so many were in the queue; else it waits for one.</param>
/// <param name="startedAt">When it started, as the clock stamps.</param>
internal sealed class Fetch(string consumerTag, int most, long room, bool wasCounted, long startedAt)
{
    private readonly Lock _gate = new();
    private readonly List<ArrivedMessage> _arrived = [];
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectorException? _fault;
    private int _cancellations;
    private long _bytes;

    public string ConsumerTag => consumerTag;

    /// <summary>Ends when a message is there, or none can come any more.</summary>
    public Task First => _first.Task;

    /// <summary>Ends when as many messages are there as may come, or none can come any more.</summary>
    public Task Full => _full.Task;

    /// <summary>Ends when no message can come any more.</summary>
    public Task Last => _last.Task;

    /// <summary>The consumer's end at the broker, once it was asked for; nothing is settled before.</summary>
    public Task Ending { get; set; } = Task.CompletedTask;

    /// <summary>Whether as many messages as it may take were in the queue.</summary>
    public bool WasCounted => wasCounted;

    /// <summary>When it started, as the clock stamps.</summary>
    public long StartedAt => startedAt;

    /// <summary>Whether it only waits for a first message, and the queue is there.</summary>
    public bool IsWaiting => !wasCounted && !First.IsCompleted;

    /// <summary>Messages that are there.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _arrived.Count;
            }
        }
    }

    /// <summary>Whether as many messages are there as may come.</summary>
    public bool IsFull => Count >= most;

    /// <summary>A message has come; of one that is beyond the room only the number is kept, to give it back.</summary>
    public void Add(ulong tag, bool isRedelivered, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        lock (_gate)
        {
            _bytes += body.Length;
            var isKept = _arrived.Count == 0 || _bytes <= room;
            // The library takes its buffer back.
            var content = isKept ? body.ToArray() : null;
            _arrived.Add(new ArrivedMessage(tag, isRedelivered, properties, content, body.Length));
            if (_arrived.Count == most)
            {
                _full.TrySetResult();
            }
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

    /// <summary>The queue was deleted, and its messages with it. The answers to the cancellations still come.</summary>
    public void EndWithQueue()
    {
        Interlocked.CompareExchange(
            ref _fault,
            new ConnectorException(ErrorKind.NotFound, "QUEUE_DELETED", "The topic's queue was deleted."),
            null
        );
        _full.TrySetResult();
        _first.TrySetResult();
    }

    /// <summary>The channel is closed; the broker has taken back what it handed over.</summary>
    public void Fail(ConnectorException fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        End();
    }

    /// <summary>What has come.</summary>
    /// <exception cref="ConnectorException">The channel was closed or the queue deleted.</exception>
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
        _full.TrySetResult();
        _first.TrySetResult();
        _last.TrySetResult();
    }
}
