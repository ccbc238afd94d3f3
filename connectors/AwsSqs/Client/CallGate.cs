namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>Lets so many calls through at once, which bounds the connections. Thread-safe.</summary>
internal sealed class CallGate(int limit) : IDisposable
{
    private readonly SemaphoreSlim _places = new(limit, limit);
    private int _waiting;

    public int Limit => limit;

    public int InUse => limit - _places.CurrentCount;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a place.</summary>
    /// <param name="wait">Longest wait for one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False when none became free in time.</returns>
    public async ValueTask<bool> EnterAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await _places.WaitAsync(wait, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}
