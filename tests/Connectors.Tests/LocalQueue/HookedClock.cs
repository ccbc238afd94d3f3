using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

/// <summary>A clock that stands still and tells when it is read: the queue reads it once in every transaction.</summary>
internal sealed class HookedClock : TimeProvider
{
    private readonly FakeClock _inner = new();

    public Action OnRead { get; set; } = () => { };

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override DateTimeOffset GetUtcNow()
    {
        OnRead();
        return _inner.GetUtcNow();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);
}
