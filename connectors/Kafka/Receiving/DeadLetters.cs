using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>The topic beside each topic that takes what a group gave up. It has no dead letters of its own.</summary>
internal static class DeadLetters
{
    public const string Suffix = ".dead";

    private const string Prefix = "x-dead-";

    public static bool IsDeadLetterTopic(string topic) => topic.EndsWith(Suffix, StringComparison.Ordinal);

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
            if (!header.Key.StartsWith(Prefix, StringComparison.Ordinal))
            {
                headers.Add(header.Key, header.GetValueBytes());
            }
        }

        Add("topic", topic);
        Add("group", group);
        Add("reason", reason);
        Add("deliveries", deliveries.ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]>
        {
            Key = message.Key,
            Value = message.Value ?? [],
            Headers = headers,
        };

        void Add(string name, string text) => headers.Add(Prefix + name, Encoding.UTF8.GetBytes(text));
    }
}
