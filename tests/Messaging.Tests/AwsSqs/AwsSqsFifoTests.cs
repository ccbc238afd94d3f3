using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsFifoTests(SqsFixture fixture) : SqsTests(fixture)
{
    [Fact]
    public async Task Messages_without_a_key_stay_in_one_order()
    {
        var texts = Enumerable.Range(0, 25).Select(number => $"m{number}").ToArray();
        await SendAsync(FifoQueue, Array.ConvertAll(texts, text => Text(text)));
        var received = new List<Delivery>();
        while (received.Count < texts.Length)
        {
            var batch = await ReceiveAsync(FifoQueue);
            received.AddRange(batch);
            await Connector.AcknowledgeAsync([.. batch.Select(message => message.Receipt)], Token);
        }

        Assert.Equal(texts, received.Select(Read));
        Assert.All(received, message => Assert.Null(message.Key));
    }

    [Fact]
    public async Task Leased_message_holds_back_those_of_its_key_and_no_other()
    {
        await SendAsync(FifoQueue, Text("a1", "a"), Text("a2", "a"), Text("b1", "b"));
        var first = await ReceiveOneAsync(FifoQueue);
        Assert.Equal("a1", Read(first));
        Assert.Equal("b1", Read(Assert.Single(await ReceiveAsync(FifoQueue))));
        Assert.Empty(await ReceiveAsync(FifoQueue, waitSeconds: 0));
        await Connector.AcknowledgeAsync([first.Receipt], Token);
        Assert.Equal("a2", Read(await ReceiveOneAsync(FifoQueue)));
    }

    [Fact]
    public async Task Rejected_message_comes_back_before_those_behind_it()
    {
        await SendAsync(FifoQueue, Text("a1", "a"), Text("a2", "a"), Text("a3", "a"));
        var batch = await ReceiveAsync(FifoQueue);
        Assert.Equal(["a1", "a2", "a3"], batch.Select(Read));
        await Connector.RejectAsync(
            [.. batch.Select(message => message.Receipt)],
            TimeSpan.Zero,
            deadLetter: false,
            Token
        );
        Assert.Equal(["a1", "a2", "a3"], (await ReceiveAsync(FifoQueue)).Select(Read));
    }

    [Fact]
    public async Task Odd_keys_and_long_repeats_survive()
    {
        var message = Text("x", "Bestellung Nr. 7 ✓") with { DeduplicationKey = new string('ü', 300) };
        var first = Assert.Single(await SendAsync(FifoQueue, message));
        Assert.Equal(first, Assert.Single(await SendAsync(FifoQueue, message)));
        Assert.Equal(message.Key, (await ReceiveOneAsync(FifoQueue)).Key);
    }

    [Fact]
    public async Task Equal_messages_without_a_deduplication_key_are_both_sent()
    {
        using var other = OpenClient();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["FifoQueue"] = "true",
            ["ContentBasedDeduplication"] = "true",
        };
        await other.CreateQueueAsync(FifoQueue, attributes, Token);
        await SendAsync(FifoQueue, Text("same"), Text("same"));
        await SendAsync(FifoQueue, Text("same"));
        Assert.Equal(3, (await ReceiveAsync(FifoQueue)).Count);
    }
}
