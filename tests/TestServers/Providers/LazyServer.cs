namespace Yyc3.Connectors.TestServers;

/// <summary>A server that many tests share and the first that needs it starts.</summary>
/// <param name="start">Starts it; called once.</param>
public sealed class LazyServer<T>(Func<Task<T>> start) : IAsyncDisposable
    where T : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<T>? _started;

    /// <summary>The server, once it serves.</summary>
    public Task<T> GetAsync()
    {
        lock (_gate)
        {
            return _started ??= Task.Run(start);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started is not null)
        {
            await (await GetAsync()).DisposeAsync();
        }
    }
}
