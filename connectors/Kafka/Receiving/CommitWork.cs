using Confluent.Kafka;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>One commit: where to, and who waits for it.</summary>
internal sealed record CommitWork(List<TopicPartitionOffset> Offsets, List<TaskCompletionSource> Waiting);
