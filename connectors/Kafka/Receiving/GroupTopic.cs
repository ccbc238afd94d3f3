namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>What one consumer is for.</summary>
internal sealed record GroupTopic(string Group, string Topic);
