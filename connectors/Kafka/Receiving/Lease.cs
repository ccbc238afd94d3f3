using Confluent.Kafka;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>What a receiver is given of a message.</summary>
internal readonly record struct Lease(DeliveryKey Key, int Deliveries, Message<byte[]?, byte[]?> Content);
