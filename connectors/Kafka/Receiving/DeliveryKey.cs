namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>Names one delivery within a consumer.</summary>
internal readonly record struct DeliveryKey(int Partition, long Offset, long DeliveryId);
