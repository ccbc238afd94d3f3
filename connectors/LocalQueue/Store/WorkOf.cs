using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>A request with a result. Skipped when its caller has gone before it is begun.</summary>
internal abstract class WorkOf<T>(CancellationToken cancellationToken) : WorkItem
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private ConnectorException? _refusal;
    private bool _skipped;

    /// <summary>Ends when the work is durable, or undone.</summary>
    public Task<T> ResultAsync() => _done.Task.WaitAsync(CancellationToken.None);

    public sealed override void Apply(Batch batch)
    {
        _refusal = null;
        _skipped = cancellationToken.IsCancellationRequested;
        if (_skipped)
        {
            return;
        }

        try
        {
            _result = Run(batch);
        }
        catch (ConnectorException refusal)
        {
            _refusal = refusal;
        }
    }

    public sealed override void Complete()
    {
        if (_skipped)
        {
            _done.TrySetCanceled(cancellationToken);
        }
        else if (_refusal is not null)
        {
            _done.TrySetException(_refusal);
        }
        else
        {
            _done.TrySetResult(_result);
        }
    }

    public sealed override void Fail(Exception fault) => _done.TrySetException(fault);

    /// <summary>Does the work. A <see cref="ConnectorException"/> refuses it and must be thrown before anything is written.</summary>
    protected abstract T Run(Batch batch);
}
