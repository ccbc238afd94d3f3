using System.Buffers;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Settings;

/// <summary>What callers may ask for.</summary>
internal static class KafkaLimits
{
    private const int LongestTopic = 249;
    private const int LongestGroup = 255;

    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(7);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

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

    public static void CheckLease(TimeSpan lease) => MessageLimits.CheckLease(lease, LongestSpan);

    public static void CheckDelay(TimeSpan delay) => MessageLimits.CheckDelay(delay, LongestSpan);

    public static void Check(OutgoingMessage message)
    {
        MessageLimits.CheckBody(message);
        if (message.Partition < 0)
        {
            throw ConnectorException.Invalid("options.partition", "must not be negative");
        }

        MessageLimits.CheckText("options.key", message.Key);
        MessageLimits.CheckText("contentType", message.ContentType);
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

        MessageLimits.CheckRequest(request, LongestSpan, LongestSpan);
    }
}
