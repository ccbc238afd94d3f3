using RabbitMQ.Client;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Format;

/// <summary>Reads messages, also those that other programs have sent.</summary>
internal static class DeliveryForm
{
    public static Delivery Read(
        ArrivedMessage message,
        string topic,
        string receipt,
        DateTimeOffset now,
        DateTimeOffset leasedUntil
    )
    {
        var properties = message.Properties;
        var headers = ReadHeaders(properties, out var key);
        return new Delivery
        {
            // One without an id gets one per delivery: two messages must not share one.
            MessageId = properties.MessageId is { Length: > 0 } id ? id : Guid.CreateVersion7(now).ToString(),
            Topic = topic,
            Receipt = receipt,
            Body = message.Body,
            ContentType = properties.ContentType ?? "application/octet-stream",
            Timestamp = (properties.IsTimestampPresent() ? MessageTime.Find(properties.Timestamp) : null) ?? now,
            DeliveryCount = CountDeliveries(message),
            LeasedUntil = leasedUntil,
            Key = key,
            Headers = headers,
        };
    }

    /// <summary>A quorum queue counts how often a message came back; a classic one only tells that it did.</summary>
    private static int CountDeliveries(ArrivedMessage message)
    {
        var returned =
            message.Properties.Headers?.TryGetValue(MessageForm.DeliveryCountHeader, out var value) == true
                ? value
                : null;
        return returned switch
        {
            long count when message.IsRedelivered => (int)Math.Clamp(count + 1, 1, int.MaxValue),
            int count when message.IsRedelivered => Math.Max(count, 0) + 1,
            _ => message.IsRedelivered ? 2 : 1,
        };
    }

    private static Dictionary<string, string> ReadHeaders(IReadOnlyBasicProperties properties, out string? key)
    {
        key = null;
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            switch (name)
            {
                case MessageForm.KeyHeader:
                    key = HeaderText.Of(value);
                    break;
                case MessageForm.DeliveryCountHeader:
                    break;
                default:
                    headers[name] = HeaderText.Of(value);
                    break;
            }
        }

        return headers;
    }
}
