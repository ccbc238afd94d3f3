using RabbitMQ.Client;

namespace Yyc3.Connectors.RabbitMq.Format;

/// <summary>One message as it goes to the broker.</summary>
/// <param name="Properties">Its properties; the message id is set.</param>
/// <param name="Body">Its content.</param>
internal readonly record struct Publication(BasicProperties Properties, ReadOnlyMemory<byte> Body);
