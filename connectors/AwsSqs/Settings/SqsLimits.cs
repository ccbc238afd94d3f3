using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs.Settings;

/// <summary>What callers may ask for, and what the service gives at once.</summary>
internal static class SqsLimits
{
    /// <summary>Most entries of a batch and most messages of one answer.</summary>
    public const int BatchSize = 10;

    /// <summary>Batches of one call that are under way at once, where their order does not matter.</summary>
    public const int BatchesAtOnce = 4;

    /// <summary>The service's limit for leases and delays.</summary>
    private static readonly TimeSpan LongestSpan = TimeSpan.FromHours(12);

    /// <summary>How long the service keeps messages beyond their lease: its clock starts while the answer is on its way.</summary>
    private const int GraceSeconds = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public static void Check(ReceiveRequest request) => MessageLimits.CheckRequest(request, LongestWait, LongestSpan);

    public static void CheckLease(TimeSpan lease) => MessageLimits.CheckLease(lease, LongestSpan);

    public static void CheckDelay(TimeSpan delay) => MessageLimits.CheckDelay(delay, LongestSpan);

    /// <summary>The service counts in seconds; a lease must not end before it was asked to.</summary>
    public static int Seconds(TimeSpan span) => (int)Math.Ceiling(span.TotalSeconds);

    /// <summary>How a lease is kept: by the service a little longer than here, so that here it never seems to last longer.</summary>
    /// <param name="lease">What was asked for.</param>
    /// <returns>The service's time in seconds, and ours.</returns>
    public static (int Seconds, TimeSpan Lease) Split(TimeSpan lease)
    {
        var asked = Seconds(lease);
        // A short lease is asked for to get messages back soon.
        var grace = Math.Min(GraceSeconds, asked);
        var seconds = Math.Min(asked + grace, (int)LongestSpan.TotalSeconds);
        var longest = TimeSpan.FromSeconds(seconds - grace);
        return (seconds, lease < longest ? lease : longest);
    }
}
