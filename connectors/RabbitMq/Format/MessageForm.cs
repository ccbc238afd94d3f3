using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Format;

/// <summary>How a message of ours looks at the broker.</summary>
internal static class MessageForm
{
    /// <summary>Header that holds the key.</summary>
    public const string KeyHeader = "x-yyc3-key";

    /// <summary>Header in which a quorum queue tells how often a message came back.</summary>
    public const string DeliveryCountHeader = "x-delivery-count";

    private const int LongestName = 255;
    private const int LongestKey = 1024;

    /// <summary>Headers with a meaning of their own: the broker would send copies elsewhere, or close the channel.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "CC",
        "BCC",
        KeyHeader,
        DeliveryCountHeader,
    };

    /// <summary>Checks a message and gives it an id.</summary>
    public static Publication Write(OutgoingMessage message, DateTimeOffset time)
    {
        Check(message);
        return new Publication(
            new BasicProperties
            {
                Persistent = true,
                MessageId = Guid.CreateVersion7(time).ToString(),
                Timestamp = new AmqpTimestamp(time.ToUnixTimeSeconds()),
                ContentType = message.ContentType,
                Headers = WriteHeaders(message),
            },
            message.Body
        );
    }

    /// <summary>A copy of a message for the dead letters.</summary>
    public static Publication WriteDeadLetter(Delivery delivery, IReadOnlyBasicProperties properties)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            headers[name] = value;
        }

        // Copies would go where the first ones went, and a count of the other queue would be read as one of this.
        headers.Remove("CC");
        headers.Remove("BCC");
        headers.Remove(DeliveryCountHeader);
        headers[DeadLetterNames.TopicHeader] = delivery.Topic;
        headers[DeadLetterNames.ReasonHeader] = DeadLetterNames.Rejected;
        headers[DeadLetterNames.DeliveriesHeader] = (long)delivery.DeliveryCount;
        var copy = new BasicProperties(properties)
        {
            Headers = headers,
            Persistent = true,
            MessageId = delivery.MessageId,
        };
        // A dead letter does not end by itself; the broker takes no other user's id.
        copy.ClearExpiration();
        copy.ClearUserId();
        return new Publication(copy, delivery.Body);
    }

    private static void Check(OutgoingMessage message)
    {
        if (message.Partition is not null)
        {
            throw ConnectorException.Invalid("options.partition", "must not be given: RabbitMQ has no partitions");
        }

        MessageLimits.CheckBody(message);
        if (TopicName.CountBytes("contentType", message.ContentType) > LongestName)
        {
            throw ConnectorException.Invalid("contentType", $"must not be longer than {LongestName} bytes");
        }

        if (message.Key is { } key && TopicName.CountBytes("options.key", key) > LongestKey)
        {
            throw ConnectorException.Invalid("options.key", $"must not be longer than {LongestKey} bytes");
        }
    }

    private static Dictionary<string, object?>? WriteHeaders(OutgoingMessage message)
    {
        const string Field = "options.headers";
        if (message.Headers.Count == 0 && message.Key is null)
        {
            return null;
        }

        var headers = new Dictionary<string, object?>(message.Headers.Count + 1, StringComparer.Ordinal);
        var bytes = 0;
        foreach (var (name, value) in message.Headers)
        {
            var length = TopicName.CountBytes(Field, name);
            if (length > LongestName)
            {
                throw ConnectorException.Invalid(Field, $"must not have names longer than {LongestName} bytes");
            }

            if (Reserved.Contains(name))
            {
                throw ConnectorException.Invalid(Field, $"must not hold '{name}', which is reserved");
            }

            bytes += length + TopicName.CountBytes(Field, value);
            headers[name] = value;
        }

        MessageLimits.CheckHeaders(bytes);
        if (message.Key is { } key)
        {
            headers[KeyHeader] = key;
        }

        return headers;
    }
}
