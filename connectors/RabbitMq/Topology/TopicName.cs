using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Topology;

/// <summary>Names of queues.</summary>
internal static class TopicName
{
    private const int LongestName = 255;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Length in UTF-8.</summary>
    /// <exception cref="ConnectorException">Half of a surrogate pair is in it.</exception>
    public static int CountBytes(string field, string text)
    {
        try
        {
            return Utf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw ConnectorException.Invalid(field, "must be valid Unicode");
        }
    }

    public static void Check(string topic)
    {
        var longest = DeadLetterNames.IsDeadLetterTopic(topic)
            ? LongestName
            : LongestName - DeadLetterNames.TopicSuffix.Length;
        if (topic.Length == 0 || CountBytes("topic", topic) > longest)
        {
            throw ConnectorException.Invalid("topic", $"must be 1 to {longest} bytes in UTF-8");
        }
    }
}
