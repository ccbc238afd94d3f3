using System.Text;
using Yyc3.Connectors.LocalQueue.Format;
using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue;

/// <summary>Checks messages and hands them to the store; all of one call are written together or not at all.</summary>
internal sealed class LocalQueueSender(QueueStore store)
{
    public ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        QueueLimits.CheckName("topic", topic);
        if (messages.Count == 0)
        {
            throw ConnectorException.Invalid("message", "is required");
        }

        var entries = new NewMessage[messages.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = Prepare(messages[i]);
        }

        return LocalQueueErrors.TranslateAsync(
            token => store.RunAsync(new SendWork(topic, entries, token), token).WaitAsync(token),
            cancellationToken
        );
    }

    private static NewMessage Prepare(OutgoingMessage message)
    {
        QueueLimits.Check(message);
        byte[] headers;
        try
        {
            headers = HeaderCodec.Encode(message.Headers);
        }
        catch (EncoderFallbackException)
        {
            throw ConnectorException.Invalid("options.headers", "must be valid Unicode");
        }

        MessageLimits.CheckHeaders(headers.Length);
        return new NewMessage
        {
            // A caller that stops waiting may reuse its buffer before the writer has read it.
            Body = message.Body.ToArray(),
            ContentType = message.ContentType,
            Key = message.Key,
            Partition = message.Partition,
            Headers = headers,
            DeduplicationKey = message.DeduplicationKey,
        };
    }
}
