using Yyc3.Connectors.AwsSqs.Queues;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>What a receipt says.</summary>
/// <param name="Text">As the caller has it.</param>
/// <param name="Queue">Where the message is.</param>
/// <param name="End">When the lease ends, unless it was extended.</param>
/// <param name="Handle">The service's handle; null when the receipt had no room for it and <see cref="LeaseTable"/> has it.</param>
internal sealed record SqsReceipt(string Text, QueueTopic Queue, DateTimeOffset End, string? Handle);
