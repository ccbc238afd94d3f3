using Yyc3.Connectors.LocalQueue.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Gives messages back after a delay, or up: on request, or when they have used up their deliveries.</summary>
internal sealed class RejectWork(
    IReadOnlyList<string> receipts,
    TimeSpan delay,
    bool deadLetter,
    CancellationToken cancellationToken
) : SettleWork(receipts, cancellationToken)
{
    protected override void Settle(Batch batch, QueueReceipt delivery, long attempts)
    {
        var limited = !DeadLetterNames.IsDeadLetterTopic(batch.PartOf(delivery.Part).Topic.Name);
        if (deadLetter)
        {
            DeadLetters.Bury(batch, delivery, attempts, DeadLetterNames.Rejected);
        }
        else if (limited && attempts >= batch.Rules.MaxDeliveries)
        {
            DeadLetters.Bury(batch, delivery, attempts, DeadLetterNames.MaxDeliveries);
        }
        else
        {
            Change(batch, delivery, delay, attempts, token: 0);
        }
    }
}
