using System.Globalization;

namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>What callers may ask for where the provider does not say otherwise, refused alike everywhere.</summary>
public static class MessageLimits
{
    /// <summary>Most bytes of a body.</summary>
    public const int LargestBody = 1024 * 1024;

    /// <summary>Most bytes of all headers of a message together, as the provider stores them.</summary>
    public const int LargestHeaders = 64 * 1024;

    /// <summary>Most characters of a key or a content type.</summary>
    public const int LongestText = 1024;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromMilliseconds(1);

    /// <summary>Refuses a body that is too large.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>message</c>.</exception>
    public static void CheckBody(OutgoingMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Body.Length > LargestBody)
        {
            throw ConnectorException.Invalid("message", "must not be larger than 1 MiB");
        }
    }

    /// <summary>Refuses headers that are too large together.</summary>
    /// <param name="bytes">Their size.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>options.headers</c>.</exception>
    public static void CheckHeaders(long bytes)
    {
        if (bytes > LargestHeaders)
        {
            throw ConnectorException.Invalid("options.headers", "must not be larger than 64 KiB together");
        }
    }

    /// <summary>Refuses a text that is too long.</summary>
    /// <param name="field">Its dotted path.</param>
    /// <param name="text">The text; null is fine.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, with the field.</exception>
    public static void CheckText(string field, string? text)
    {
        if (text?.Length > LongestText)
        {
            throw ConnectorException.Invalid(field, $"must not be longer than {LongestText} characters");
        }
    }

    /// <summary>Refuses times and counts of a request that cannot be kept; its topic and group are the connector's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="longestWait">Longest waiting for a first message.</param>
    /// <param name="longestLease">Longest lease.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, with the field.</exception>
    public static void CheckRequest(ReceiveRequest request, TimeSpan longestWait, TimeSpan longestLease)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckSpan("wait", request.Wait, TimeSpan.Zero, longestWait);
        CheckLease(request.Lease, longestLease);
        CheckPositive("maxMessages", request.MaxMessages);
        CheckPositive("maxBytes", request.MaxBytes);
    }

    /// <summary>Refuses a lease that is too short or too long.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="longest">The longest.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>lease</c>.</exception>
    public static void CheckLease(TimeSpan lease, TimeSpan longest) =>
        CheckSpan("lease", lease, ShortestLease, longest);

    /// <summary>Refuses the delay of a rejection that is negative or too long.</summary>
    /// <param name="delay">The delay.</param>
    /// <param name="longest">The longest.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>delay</c>.</exception>
    public static void CheckDelay(TimeSpan delay, TimeSpan longest) =>
        CheckSpan("delay", delay, TimeSpan.Zero, longest);

    private static void CheckSpan(string field, TimeSpan span, TimeSpan least, TimeSpan most)
    {
        if (span < least || span > most)
        {
            throw ConnectorException.Invalid(
                field,
                $"must lie between {least.TotalMilliseconds:0} ms and {Describe(most)}"
            );
        }
    }

    private static string Describe(TimeSpan span) =>
        span >= TimeSpan.FromDays(2) ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days")
        : span >= TimeSpan.FromHours(2) ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.##} hours")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} seconds");

    private static void CheckPositive(string field, int value)
    {
        if (value < 1)
        {
            throw ConnectorException.Invalid(field, "must be at least 1");
        }
    }
}
