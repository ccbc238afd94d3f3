namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>A machine whose clock is set while its timers go on.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
