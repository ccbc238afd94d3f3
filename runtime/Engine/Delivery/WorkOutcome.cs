namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>How a piece of work ended this time.</summary>
internal abstract record WorkOutcome
{
    private WorkOutcome() { }

    /// <summary>It is done.</summary>
    public static WorkOutcome Finished { get; } = new Done();

    /// <summary>The handler has written the end itself, in a transaction of its own.</summary>
    public static WorkOutcome Settled { get; } = new Written();

    internal sealed record Done : WorkOutcome;

    internal sealed record Written : WorkOutcome;

    /// <summary>It goes on later; that is no failure.</summary>
    /// <param name="Delay">How much later.</param>
    internal sealed record Parked(TimeSpan Delay) : WorkOutcome;

    /// <summary>It failed.</summary>
    /// <param name="Error">Why, for people; no secret and no provider's text.</param>
    /// <param name="RetryAfter">When to try again; null for the queue's own pauses.</param>
    /// <param name="IsFinal">Trying again would not help.</param>
    internal sealed record Failed(string Error, TimeSpan? RetryAfter = null, bool IsFinal = false) : WorkOutcome;
}
