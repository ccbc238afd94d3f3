using Yyc3.Connectors.LocalQueue.Format;

namespace Yyc3.Connectors.LocalQueue.Store;

internal sealed class AcknowledgeWork(IReadOnlyList<string> receipts, CancellationToken cancellationToken)
    : SettleWork(receipts, cancellationToken)
{
    protected override void Settle(Batch batch, QueueReceipt delivery, long attempts) =>
        batch.Statements.ForgetDelivery.Run(delivery.Consumer, delivery.Part, delivery.Offset);
}
