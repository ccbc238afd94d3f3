using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Sending;

/// <summary>Sends messages: all of one call are written one after the other and confirmed together.</summary>
internal sealed class RabbitMqSender(RabbitMqOptions options, Publisher publisher, TimeProvider time)
{
    public async ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        TopicName.Check(topic);
        if (messages.Count == 0)
        {
            throw ConnectorException.Invalid("message", "is required");
        }

        var now = time.GetUtcNow();
        var timestamp = MessageTime.Truncate(now);
        var publications = new Publication[messages.Count];
        var receipts = new SendReceipt[messages.Count];
        for (var i = 0; i < publications.Length; i++)
        {
            publications[i] = MessageForm.Write(messages[i], now);
            receipts[i] = new SendReceipt(publications[i].Properties.MessageId!, timestamp);
        }

        if (options.Exchange.Length > 0)
        {
            await publisher.PublishToExchangeAsync(options.Exchange, topic, publications, cancellationToken);
        }
        else
        {
            await publisher.PublishToQueueAsync(topic, publications, cancellationToken);
        }

        return receipts;
    }
}
