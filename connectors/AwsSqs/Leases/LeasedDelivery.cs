using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.AwsSqs.Queues;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>A message on its way to the caller, and what to remember of it until it is settled.</summary>
/// <param name="Delivery">For the caller.</param>
/// <param name="Lease">For <see cref="LeaseTable"/>.</param>
internal sealed record LeasedDelivery(Delivery Delivery, Lease Lease)
{
    /// <summary>Makes it of a received message.</summary>
    /// <param name="topic">Topic as the caller wrote it.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="message">The message.</param>
    /// <param name="end">When its lease ends.</param>
    /// <param name="receipts">Writes the receipt.</param>
    public static LeasedDelivery Make(
        string topic,
        QueueTopic queue,
        ReceivedMessage message,
        DateTimeOffset end,
        ReceiptFormat receipts
    )
    {
        var receipt = receipts.Make(queue, end, message.Handle);
        var content = new MessageDecoder(message.Message);
        return new LeasedDelivery(
            new Delivery
            {
                MessageId = message.Id,
                Topic = topic,
                Receipt = receipt.Text,
                Body = content.Body(),
                ContentType = content.ContentType(),
                Key = content.Key(),
                Headers = content.Headers(),
                Timestamp = message.SentAt,
                DeliveryCount = message.Deliveries,
                LeasedUntil = end,
            },
            new Lease(end)
            {
                Handle = receipt.Handle is null ? message.Handle : null,
                MessageId = message.Id,
                Message = message.Message,
            }
        );
    }
}
