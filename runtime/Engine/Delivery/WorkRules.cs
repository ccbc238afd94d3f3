namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>How the work of one queue is treated.</summary>
internal sealed record WorkRules
{
    public required string Queue { get; init; }

    /// <summary>Most pieces of one lane that are held at once, over all nodes.</summary>
    public required int LaneLimit { get; init; }

    /// <summary>Most pieces that one node holds at once.</summary>
    public required int NodeLimit { get; init; }

    /// <summary>After this many attempts without getting on, work is dead.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>
    /// What was added first is ended first: work that is laid aside or waits for its next attempt holds up what is behind it in
    /// its lane.
    /// </summary>
    public bool IsOrdered { get; init; }

    /// <summary>How long a node that is not heard of keeps its work.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long finished work is kept, to tell repeats and for people to look at.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>First pause after a failure; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause after this many failures, up to a tenth longer, so that work which failed together does not come back together.</summary>
    public TimeSpan Pause(int attempts)
    {
        var times = Math.Min(Math.Pow(2, Math.Max(attempts - 1, 0)), LongestPause / FirstPause);
        return FirstPause * times * (1 + (Random.Shared.NextDouble() / 10));
    }
}
