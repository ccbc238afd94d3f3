using System.Globalization;
using Yyc3.Connectors.LocalQueue.Format;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>The topic beside each topic that takes what a group gave up. It has no dead letters of its own.</summary>
internal static class DeadLetters
{
    public const string Suffix = ".dead";

    public static bool IsDeadLetterTopic(string topic) => topic.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Ends a delivery for good and keeps the message among the dead letters.</summary>
    public static void Bury(Batch batch, QueueReceipt delivery, long deliveries, string reason)
    {
        var part = batch.PartOf(delivery.Part);
        if (!IsDeadLetterTopic(part.Topic.Name) && Read(batch, delivery) is { } message)
        {
            var headers = HeaderCodec.Decode(message.Headers);
            headers["x-dead-topic"] = part.Topic.Name;
            headers["x-dead-group"] = batch.Statements.ConsumerName.Text(delivery.Consumer)!;
            headers["x-dead-reason"] = reason;
            headers["x-dead-deliveries"] = deliveries.ToString(CultureInfo.InvariantCulture);
            batch.Append(
                batch.MakeTopic(part.Topic.Name + Suffix),
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
