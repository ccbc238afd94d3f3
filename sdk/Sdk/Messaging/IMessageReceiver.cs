namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>
/// Capability <c>messaging.receive</c>: messages are leased, not taken. What is not acknowledged before its lease ends is
/// delivered again, so losing an answer loses nothing. Thread-safe.
/// </summary>
public interface IMessageReceiver
{
    /// <summary>Leases messages.</summary>
    /// <param name="request">Topic, group and limits.</param>
    /// <param name="cancellationToken">Ends the waiting; leases already granted end by themselves.</param>
    /// <returns>
    /// As soon as any message is there, up to the limits; empty when the wait is over. An unknown topic waits as an empty one.
    /// A new group starts at the oldest message still kept.
    /// </returns>
    ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(ReceiveRequest request, CancellationToken cancellationToken);

    /// <summary>Marks messages as handled; they are not delivered to the group again.</summary>
    /// <param name="receipts">Receipts of deliveries.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One outcome per receipt, in order, once durable.</returns>
    ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    );

    /// <summary>Gives messages back, or up.</summary>
    /// <param name="receipts">Receipts of deliveries.</param>
    /// <param name="delay">How long to wait before delivering again.</param>
    /// <param name="deadLetter">Give up: move them to the dead letters.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One outcome per receipt, in order, once durable.</returns>
    ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> receipts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    );

    /// <summary>Prolongs leases, counted from now.</summary>
    /// <param name="receipts">Receipts of deliveries.</param>
    /// <param name="lease">New time until redelivery.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One outcome per receipt, in order. The receipts stay valid.</returns>
    ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(
        IReadOnlyList<string> receipts,
        TimeSpan lease,
        CancellationToken cancellationToken
    );
}
