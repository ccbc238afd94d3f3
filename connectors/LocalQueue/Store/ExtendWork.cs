using Yyc3.Connectors.LocalQueue.Format;

namespace Yyc3.Connectors.LocalQueue.Store;

internal sealed class ExtendWork(IReadOnlyList<string> receipts, TimeSpan lease, CancellationToken cancellationToken)
    : SettleWork(receipts, cancellationToken)
{
    protected override void Settle(Batch batch, QueueReceipt delivery, long attempts) =>
        Change(batch, delivery, lease, attempts, delivery.Token);
}
