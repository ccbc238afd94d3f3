using System.Buffers;
using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue;

/// <summary>What callers may ask for.</summary>
internal static class QueueLimits
{
    private const int LongestName = 249;
    private const int LargestBody = 1024 * 1024;
    private const int LargestHeaders = 64 * 1024;
    private const int LongestText = 1024;

    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(7);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    public static TimeSpan ShortestLease { get; } = TimeSpan.FromMilliseconds(1);

    public static void CheckName(string field, string name)
    {
        // The dead letters of the longest topic must be readable too.
        var longest = DeadLetters.IsDeadLetterTopic(name) ? LongestName + DeadLetters.Suffix.Length : LongestName;
        if (name.Length == 0 || name.Length > longest || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw ConnectorException.Invalid(field, $"must be 1 to {LongestName} letters, digits, '.', '_' or '-'");
        }
    }

    public static void CheckSpan(string field, TimeSpan span, TimeSpan least)
    {
        if (span < least || span > LongestSpan)
        {
            throw ConnectorException.Invalid(
                field,
                $"must lie between {least.TotalMilliseconds:0} ms and {LongestSpan.TotalDays:0} days"
            );
        }
    }

    public static void Check(OutgoingMessage message)
    {
        if (message.Body.Length > LargestBody)
        {
            throw ConnectorException.Invalid("message", "must not be larger than 1 MiB");
        }

        CheckText("options.key", message.Key);
        CheckText("deduplicationKey", message.DeduplicationKey);
        CheckText("contentType", message.ContentType);
    }

    public static void CheckHeaders(int bytes)
    {
        if (bytes > LargestHeaders)
        {
            throw ConnectorException.Invalid("options.headers", "must not be larger than 64 KiB together");
        }
    }

    public static void Check(ReceiveRequest request)
    {
        CheckName("topic", request.Topic);
        CheckName("consumerGroup", request.Group);
        CheckSpan("wait", request.Wait, TimeSpan.Zero);
        CheckSpan("lease", request.Lease, ShortestLease);
        CheckPositive("maxMessages", request.MaxMessages);
        CheckPositive("maxBytes", request.MaxBytes);
    }

    private static void CheckPositive(string field, int value)
    {
        if (value < 1)
        {
            throw ConnectorException.Invalid(field, "must be at least 1");
        }
    }

    private static void CheckText(string field, string? text)
    {
        if (text?.Length > LongestText)
        {
            throw ConnectorException.Invalid(field, $"must not be longer than {LongestText} characters");
        }
    }
}
