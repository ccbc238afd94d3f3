namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>Capability <c>messaging.send</c>. Thread-safe.</summary>
public interface IMessageSender
{
    /// <summary>Sends messages to one topic, in order within each partition.</summary>
    /// <param name="topic">Name of the topic, queue or exchange; made on first use where the provider allows it.</param>
    /// <param name="messages">At least one.</param>
    /// <param name="cancellationToken">Ends the waiting; messages not yet confirmed may or may not have been sent.</param>
    /// <returns>One receipt per message, in order, once the provider has confirmed that all are durable.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.InvalidArgument"/> with field <c>options.partition</c> for a partition that does not exist. Where some were
    /// sent and the provider tells which were not, the error has the detail <see cref="UnsentMessages"/>.
    /// </exception>
    ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Whether a message with an <see cref="OutgoingMessage.DeduplicationKey"/> that comes twice is kept once, so that a send
    /// whose answer was lost may be repeated. Where it is false the key only serves the host.
    /// </summary>
    /// <param name="topic">The topic.</param>
    bool RecognisesRepeats(string topic) => false;
}
