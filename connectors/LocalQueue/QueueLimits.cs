using System.Buffers;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue;

/// <summary>What callers may ask for.</summary>
internal static class QueueLimits
{
    private const int LongestName = 249;

    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(7);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    public static void CheckName(string field, string name)
    {
        // The dead letters of the longest topic must be readable too.
        var longest = DeadLetterNames.IsDeadLetterTopic(name)
            ? LongestName + DeadLetterNames.TopicSuffix.Length
            : LongestName;
        if (name.Length == 0 || name.Length > longest || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw ConnectorException.Invalid(field, $"must be 1 to {LongestName} letters, digits, '.', '_' or '-'");
        }
    }

    public static void CheckLease(TimeSpan lease) => MessageLimits.CheckLease(lease, LongestSpan);

    public static void CheckDelay(TimeSpan delay) => MessageLimits.CheckDelay(delay, LongestSpan);

    public static void Check(OutgoingMessage message)
    {
        MessageLimits.CheckBody(message);
        MessageLimits.CheckText("options.key", message.Key);
        MessageLimits.CheckText("deduplicationKey", message.DeduplicationKey);
        MessageLimits.CheckText("contentType", message.ContentType);
    }

    public static void Check(ReceiveRequest request)
    {
        CheckName("topic", request.Topic);
        CheckName("consumerGroup", request.Group);
        MessageLimits.CheckRequest(request, LongestSpan, LongestSpan);
    }
}
