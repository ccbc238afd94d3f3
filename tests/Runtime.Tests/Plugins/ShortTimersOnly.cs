namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>The system's time, on which nothing happens that is due in a second or later.</summary>
internal sealed class ShortTimersOnly : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime < TimeSpan.FromSeconds(1)
            ? base.CreateTimer(callback, state, dueTime, period)
            : base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
