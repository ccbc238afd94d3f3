using Yyc3.Connectors.LocalQueue.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Changes what has been delivered, one outcome per receipt; a receipt counts only while its lease lasts.</summary>
internal abstract class SettleWork(IReadOnlyList<string> receipts, CancellationToken cancellationToken)
    : WorkOf<IReadOnlyList<SettleOutcome>>(cancellationToken)
{
    public override int Weight => receipts.Count;

    protected override IReadOnlyList<SettleOutcome> Run(Batch batch) =>
        [.. receipts.Select(receipt => Settle(batch, receipt))];

    /// <summary>Settles a delivery whose lease holds.</summary>
    protected abstract void Settle(Batch batch, QueueReceipt delivery, long attempts);

    /// <summary>Changes when the message may be delivered again; without a token nobody holds it.</summary>
    protected static void Change(Batch batch, QueueReceipt delivery, TimeSpan delay, long attempts, long token)
    {
        var due = batch.Now + (long)Math.Ceiling(delay.TotalMilliseconds);
        batch.Statements.ChangeDelivery.Run(delivery.Consumer, delivery.Part, delivery.Offset, due, attempts, token);
        batch.Wake(batch.PartOf(delivery.Part).Topic.Name, due);
    }

    private SettleOutcome Settle(Batch batch, string text)
    {
        if (QueueReceipt.Find(text) is not { } receipt || receipt.QueueId != batch.QueueId)
        {
            return SettleOutcome.Unknown;
        }

        var (consumer, part, offset) = (receipt.Consumer, receipt.Part, receipt.Offset);
        if (batch.Statements.HeldAttempts.Number(consumer, part, offset, receipt.Token, batch.Now) is { } attempts)
        {
            Settle(batch, receipt, attempts);
            return SettleOutcome.Done;
        }

        return batch.Statements.WasDelivered.Number(consumer, part, offset) is null
            ? SettleOutcome.Unknown
            : SettleOutcome.Expired;
    }
}
