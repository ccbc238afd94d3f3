using Yyc3.Connectors.AwsSqs.Settings;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>Messages that go to the service together.</summary>
/// <param name="First">Place of the first one in the caller's list.</param>
/// <param name="Messages">At most ten, together not larger than one may be.</param>
internal sealed record SendBatch(int First, IReadOnlyList<WireMessage> Messages)
{
    /// <summary>Splits messages, keeping their order.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="most">Most bytes of a batch.</param>
    public static List<SendBatch> Split(IReadOnlyList<WireMessage> messages, int most)
    {
        var batches = new List<SendBatch>();
        var first = 0;
        var bytes = 0;
        for (var index = 0; index < messages.Count; index++)
        {
            var size = messages[index].Size;
            if (index - first == SqsLimits.BatchSize || (index > first && bytes + size > most))
            {
                batches.Add(new SendBatch(first, [.. messages.Skip(first).Take(index - first)]));
                (first, bytes) = (index, 0);
            }

            bytes += size;
        }

        batches.Add(new SendBatch(first, [.. messages.Skip(first)]));
        return batches;
    }
}
