using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>The topic beside each topic that takes what a group gave up. It has no dead letters of its own.</summary>
internal static class DeadLetters
{
    /// <summary>The message as it came, with where from and why.</summary>
    public static Message<byte[]?, byte[]> Write(
        Message<byte[]?, byte[]?> message,
        string topic,
        string group,
        string reason,
        int deliveries
    )
    {
        var headers = new Headers();
        foreach (var header in message.Headers ?? [])
        {
            if (!header.Key.StartsWith(DeadLetterNames.HeaderPrefix, StringComparison.Ordinal))
            {
                headers.Add(header.Key, header.GetValueBytes());
            }
        }

        Add(DeadLetterNames.TopicHeader, topic);
        Add(DeadLetterNames.GroupHeader, group);
        Add(DeadLetterNames.ReasonHeader, reason);
        Add(DeadLetterNames.DeliveriesHeader, deliveries.ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]>
        {
            Key = message.Key,
            Value = message.Value ?? [],
            Headers = headers,
        };

        void Add(string name, string text) => headers.Add(name, Encoding.UTF8.GetBytes(text));
    }
}
