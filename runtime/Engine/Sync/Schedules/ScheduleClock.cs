namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>
/// The time that schedules go by. It goes on by itself from where it was set, so that a clock of the machine which jumps meanwhile
/// makes nothing fire. Thread-safe.
/// </summary>
internal sealed class ScheduleClock(TimeProvider time) : TimeProvider
{
    private volatile Setting _setting = new(time.GetUtcNow(), time.GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        var setting = _setting;
        return setting.At + time.GetElapsedTime(setting.Timestamp);
    }

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets it to a time that was read since a timestamp was taken.</summary>
    /// <param name="now">The time.</param>
    /// <param name="since">The timestamp.</param>
    /// <returns>How far it was moved; nothing when it was right, as far as can be told.</returns>
    public TimeSpan Set(DateTimeOffset now, long since)
    {
        var latest = GetUtcNow();
        var earliest = latest - time.GetElapsedTime(since);
        var step =
            now > latest ? now - latest
            : now < earliest ? now - earliest
            : TimeSpan.Zero;
        if (step != TimeSpan.Zero)
        {
            _setting = new Setting(latest + step, time.GetTimestamp());
        }

        return step;
    }

    private sealed record Setting(DateTimeOffset At, long Timestamp);
}
