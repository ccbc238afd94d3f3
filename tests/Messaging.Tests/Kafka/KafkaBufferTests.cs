using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>Memory: what is fetched ahead and what is given out stay within bounds.</summary>
public sealed class KafkaBufferTests(KafkaServer server) : KafkaFixture(server)
{
    [Fact]
    public async Task No_more_messages_are_out_than_the_buffer_holds()
    {
        var connector = Open(options => options with { BufferMessages = 10 });
        await SendAsync(connector, [.. Enumerable.Range(0, 100).Select(number => Text($"{number}", partition: 0))]);
        var first = await ReceiveAllAsync(connector, 10);
        Assert.Empty(await ReceiveAsync(connector, waitSeconds: 2));

        await AcknowledgeAsync(connector, first);

        var rest = new List<Delivery>();
        while (rest.Count < 90)
        {
            var some = await ReceiveAsync(connector);
            Assert.InRange(some.Count, 1, 11);
            await AcknowledgeAsync(connector, some);
            rest.AddRange(some);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"{number}"), first.Concat(rest).Select(Read));
    }

    [Fact]
    public async Task Buffer_is_bounded_by_bytes_too()
    {
        var connector = Open(options => options with { BufferBytes = 64 * 1024 });
        var large = new OutgoingMessage(new byte[16 * 1024]) { Partition = 0 };
        await SendAsync(connector, [.. Enumerable.Repeat(large, 20)]);
        var count = 0;
        while (await ReceiveAsync(connector, waitSeconds: count == 0 ? 20 : 2) is { Count: > 0 } some)
        {
            count += some.Count;
        }

        Assert.InRange(count, 4, 5);
    }

    [Fact]
    public async Task Message_delivered_too_often_goes_to_the_dead_letters()
    {
        var connector = Open(options => options with { MaxDeliveries = 2 });
        await SendAsync(connector, Text("poison", "k"));
        for (var delivery = 1; delivery <= 2; delivery++)
        {
            var message = Assert.Single(await ReceiveAsync(connector, lease: TimeSpan.FromMilliseconds(200)));
            Assert.Equal(delivery, message.DeliveryCount);
        }

        var request = new ReceiveRequest(Topic + ".dead", Group) { Wait = TimeSpan.FromSeconds(20) };
        var letter = Assert.Single(await connector.ReceiveAsync(request, Token));

        Assert.Equal(("poison", "k"), (Read(letter), letter.Key));
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["x-dead-topic"] = Topic,
                ["x-dead-group"] = Group,
                ["x-dead-reason"] = "max-deliveries",
                ["x-dead-deliveries"] = "2",
            },
            letter.Headers
        );
        Assert.Equal(
            [SettleOutcome.Done],
            await connector.RejectAsync([letter.Receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        Assert.Empty(await ReceiveAsync(connector, waitSeconds: 1));
    }
}
