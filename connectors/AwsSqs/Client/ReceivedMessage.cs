using Yyc3.Connectors.AwsSqs.Messages;

namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>A message as the service gives it.</summary>
/// <param name="Id">The service's id of the message.</param>
/// <param name="Handle">Names this delivery.</param>
/// <param name="Message">Body, attributes and, in FIFO queues, the group.</param>
/// <param name="SentAt">When the service took it.</param>
/// <param name="Deliveries">How often it has been delivered, this time included.</param>
internal sealed record ReceivedMessage(
    string Id,
    string Handle,
    WireMessage Message,
    DateTimeOffset SentAt,
    int Deliveries
);
