namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>Wakes one thread; what is set while it does not wait is kept.</summary>
internal sealed class ThreadSignal
{
    private readonly object _gate = new();
    private bool _isSet;

    public void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until it is set, or for so long.</summary>
    public void Wait(TimeSpan longest)
    {
        lock (_gate)
        {
            if (!_isSet)
            {
                Monitor.Wait(_gate, longest);
            }

            _isSet = false;
        }
    }
}
