using Confluent.Kafka;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>Messages of other producers.</summary>
public sealed class KafkaForeignTests(KafkaServer server) : KafkaFixture(server)
{
    [Theory]
    [InlineData(long.MaxValue, 9999)]
    [InlineData(300_000_000_000_000, 9999)]
    [InlineData(-5, 1970)]
    public async Task Message_with_a_time_that_is_none_comes_with_its_neighbours(long time, int year)
    {
        var connector = Open();
        await SendAsync(connector, Text("before", partition: 0));
        using (
            var producer = new ProducerBuilder<byte[]?, byte[]>(
                new ProducerConfig { BootstrapServers = Broker.BootstrapServers }
            ).Build()
        )
        {
            var message = new Message<byte[]?, byte[]>
            {
                Value = [(byte)'x'],
                Timestamp = new Timestamp(time, TimestampType.CreateTime),
            };
            await producer.ProduceAsync(new TopicPartition(Topic, 0), message, Token);
        }

        var received = await ReceiveAllAsync(connector, 2);

        Assert.Equal(["before", "x"], received.Select(Read));
        Assert.Equal(year, received[1].Timestamp.Year);
    }
}
