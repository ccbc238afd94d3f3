using System.Buffers;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Settings;

/// <summary>What callers may ask for.</summary>
internal static class KafkaLimits
{
    private const int LongestTopic = 249;
    private const int LongestGroup = 255;
    private const int LargestBody = 1024 * 1024;
    private const int LargestHeaders = 64 * 1024;
    private const int LongestText = 1024;

    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(7);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    public static TimeSpan ShortestLease { get; } = TimeSpan.FromMilliseconds(1);

    public static void CheckTopic(string topic)
    {
        // The dead letters of the longest topic need a name too.
        var longest = DeadLetterNames.IsDeadLetterTopic(topic)
            ? LongestTopic
            : LongestTopic - DeadLetterNames.TopicSuffix.Length;
        if (
            topic.Length == 0
            || topic.Length > longest
            || topic is "." or ".."
            || topic.AsSpan().ContainsAnyExcept(NameCharacters)
        )
        {
            throw ConnectorException.Invalid("topic", $"must be 1 to {longest} letters, digits, '.', '_' or '-'");
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

        if (message.Partition < 0)
        {
            throw ConnectorException.Invalid("options.partition", "must not be negative");
        }

        CheckText("options.key", message.Key);
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
        CheckTopic(request.Topic);
        if (request.Group.Length is 0 or > LongestGroup || request.Group.Any(char.IsControl))
        {
            throw ConnectorException.Invalid(
                "consumerGroup",
                $"must be 1 to {LongestGroup} characters without control characters"
            );
        }

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
