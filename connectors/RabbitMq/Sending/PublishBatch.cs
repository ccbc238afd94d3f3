using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Sending;

/// <summary>Messages that are confirmed to their sender together. Thread-safe.</summary>
internal sealed class PublishBatch(int count)
{
    private readonly TaskCompletionSource<ConnectorException?> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private ConnectorException? _fault;
    private int _left = count;

    /// <summary>Ends when the broker has answered for every message; null when it has confirmed them all.</summary>
    public Task<ConnectorException?> Done => _done.Task;

    /// <summary>The broker has answered for one message.</summary>
    public void Answer()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.TrySetResult(Volatile.Read(ref _fault));
        }
    }

    /// <summary>One message was not taken; its answer still follows.</summary>
    public void Refuse(ConnectorException fault) => Interlocked.CompareExchange(ref _fault, fault, null);

    /// <summary>No answer follows any more.</summary>
    public void Abandon(ConnectorException fault) => _done.TrySetResult(fault);
}
