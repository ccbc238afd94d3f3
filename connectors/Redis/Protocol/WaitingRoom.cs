namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>Where callers wait until something has changed. Thread-safe.</summary>
internal sealed class WaitingRoom
{
    private TaskCompletionSource? _change;

    /// <summary>Ends at the next change. Ask for it first, then look whether there is anything to wait for.</summary>
    public Task NextChangeAsync()
    {
        if (Volatile.Read(ref _change) is { } known)
        {
            return known.Task;
        }

        var change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _change, change, null) ?? change).Task;
    }

    /// <summary>Lets all who wait look again; costs nothing when nobody waits.</summary>
    public void Announce()
    {
        if (Volatile.Read(ref _change) is not null)
        {
            Interlocked.Exchange(ref _change, null)?.SetResult();
        }
    }
}
