namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>Where given-up messages of a queue go.</summary>
/// <param name="Url">The queue; null when they are dropped.</param>
internal sealed record DeadLetterTarget(string? Url);
