using Confluent.Kafka;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Messaging;

/// <summary>Batches to Kafka, against the raw client that produces without waiting; the broker is librdkafka's mock, without a disk.</summary>
internal static class KafkaBenchmark
{
    private const string Topic = "bench";
    private const int BatchSize = 5000;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("messaging.kafka"))
        {
            return;
        }

        using var place = new Workplace();
        await using var broker = await KafkaMockBroker.StartAsync();
        await broker.MakeTopicAsync(Topic, KafkaMockBroker.DefaultPartitions);
        await using var host = await RuntimeHost.StartAsync(place.NewFolder(), null, cancellationToken);
        var integration = await host.CreateAsync(
            "messaging",
            "kafka",
            new { bootstrapServers = broker.BootstrapServers },
            new { type = "none" },
            cancellationToken
        );
        using var client = new GrpcClient(host.Grpc, RuntimeHost.Key);
        NativeClient.Use(KafkaMockBroker.Library);
        using var producer = new ProducerBuilder<Null, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = broker.BootstrapServers,
                Acks = Acks.All,
                LingerMs = 1,
            }
        ).Build();
        var frames = SendFrames.Many(integration, Topic, BatchSize);
        await board.CompareAsync(
            "messaging.kafka.batch",
            Unit.PerSecond,
            token => Rate.OfAsync(1, () => SendFrames.SendManyAsync(client, frames, token)),
            _ => Rate.OfAsync(1, () => ProduceAsync(producer)),
            cancellationToken
        );
    }

    private static async Task<int> ProduceAsync(IProducer<Null, byte[]> producer)
    {
        var left = BatchSize;
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < BatchSize; i++)
        {
            producer.Produce(
                Topic,
                new Message<Null, byte[]> { Value = SendFrames.Body },
                report =>
                {
                    if (report.Error.IsError)
                    {
                        done.TrySetException(new KafkaException(report.Error));
                    }
                    else if (Interlocked.Decrement(ref left) == 0)
                    {
                        done.TrySetResult(BatchSize);
                    }
                }
            );
        }

        return await done.Task;
    }
}
