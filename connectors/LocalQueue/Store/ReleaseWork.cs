using Yyc3.Connectors.LocalQueue.Format;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Takes deliveries back that never reached their caller, so that they do not count.</summary>
internal sealed class ReleaseWork(IReadOnlyList<string> receipts) : SettleWork(receipts, CancellationToken.None)
{
    protected override void Settle(Batch batch, QueueReceipt delivery, long attempts) =>
        Change(batch, delivery, TimeSpan.Zero, attempts - 1, token: 0);
}
