using System.Globalization;
using Yyc3.Connectors.LocalQueue.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>The topic beside each topic that takes what a group gave up. It has no dead letters of its own.</summary>
internal static class DeadLetters
{
    /// <summary>Ends a delivery for good and keeps the message among the dead letters.</summary>
    public static void Bury(Batch batch, QueueReceipt delivery, long deliveries, string reason)
    {
        var part = batch.PartOf(delivery.Part);
        if (!DeadLetterNames.IsDeadLetterTopic(part.Topic.Name) && Read(batch, delivery) is { } message)
        {
            var headers = HeaderCodec.Decode(message.Headers);
            headers[DeadLetterNames.TopicHeader] = part.Topic.Name;
            headers[DeadLetterNames.GroupHeader] = batch.Statements.ConsumerName.Text(delivery.Consumer)!;
            headers[DeadLetterNames.ReasonHeader] = reason;
            headers[DeadLetterNames.DeliveriesHeader] = deliveries.ToString(CultureInfo.InvariantCulture);
            batch.Append(
                batch.MakeTopic(DeadLetterNames.TopicOf(part.Topic.Name)),
                message with
                {
                    Headers = HeaderCodec.Encode(headers),
                }
            );
        }

        batch.Statements.ForgetDelivery.Run(delivery.Consumer, delivery.Part, delivery.Offset);
    }

    private static NewMessage? Read(Batch batch, QueueReceipt delivery)
    {
        using var row = batch.Statements.MessageAt.Read(delivery.Part, delivery.Offset);
        return row.Read()
            ? new NewMessage
            {
                Key = row.IsDBNull(0) ? null : row.GetString(0),
                ContentType = row.GetString(1),
                Headers = row.GetFieldValue<byte[]>(2),
                Body = row.GetFieldValue<byte[]>(3),
            }
            : null;
    }
}
