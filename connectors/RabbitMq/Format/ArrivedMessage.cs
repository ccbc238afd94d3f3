using RabbitMQ.Client;

namespace Yyc3.Connectors.RabbitMq.Format;

/// <summary>A message the broker has handed over and waits to hear about.</summary>
/// <param name="Tag">Its number on the channel.</param>
/// <param name="IsRedelivered">Whether the broker has handed it over before.</param>
/// <param name="Properties">Its properties.</param>
/// <param name="Body">Its content; null when there was no room for it, and it goes back.</param>
/// <param name="Size">Bytes of its content.</param>
internal sealed record ArrivedMessage(
    ulong Tag,
    bool IsRedelivered,
    IReadOnlyBasicProperties Properties,
    byte[]? Body,
    int Size
);
