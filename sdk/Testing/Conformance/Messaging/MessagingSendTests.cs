using System.Security.Cryptography;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Testing.Conformance.Messaging;

/// <summary>Sending: what is confirmed arrives as it was sent, where it was told to go.</summary>
public abstract class MessagingSendTests : MessagingSuite
{
    [Fact]
    public async Task Message_comes_back_as_it_was_sent()
    {
        var topic = await NewTopicAsync();
        var sent = Text("""{"订单":1,"note":"é"}""", "customer-7") with
        {
            ContentType = "application/json",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["X-Event-Type"] = "order.created",
                ["trace"] = "消息 ✓",
                ["spaced"] = "a b",
            },
        };
        var receipt = Assert.Single(await Sender.SendAsync(topic, [sent], Token));

        var received = await ReceiveOneAsync(topic);

        Assert.Equal(sent.Body.ToArray(), received.Body.ToArray());
        Assert.Equal("application/json", received.ContentType);
        Assert.Equal("customer-7", received.Key);
        Assert.Equal(sent.Headers, received.Headers);
        Assert.Equal(topic, received.Topic);
        Assert.Equal(receipt.MessageId, received.MessageId);
        Assert.Equal(receipt.Partition, received.Partition);
        Assert.Equal(receipt.Offset, received.Offset);
        Assert.Equal(receipt.Timestamp, received.Timestamp, ClockDifference);
        Assert.Equal(1, received.DeliveryCount);
        Assert.InRange(received.Receipt.Length, 1, 512);
        Assert.Equal(Partitions is not null, received.Partition is not null);
        Assert.Equal(HasOffsets, received.Offset is not null);
    }

    [Fact]
    public async Task Message_without_key_and_headers_has_none()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "plain");
        var received = await ReceiveOneAsync(topic);
        Assert.Null(received.Key);
        Assert.Empty(received.Headers);
        Assert.Equal("text/plain", received.ContentType);
    }

    [Fact]
    public async Task Binary_body_of_the_largest_size_survives()
    {
        var topic = await NewTopicAsync();
        var body = RandomNumberGenerator.GetBytes(LargestBody);
        await Sender.SendAsync(topic, [new OutgoingMessage(body) { ContentType = "application/octet-stream" }], Token);
        Assert.Equal(body, (await ReceiveOneAsync(topic)).Body.ToArray());
    }

    [Fact]
    public async Task Empty_body_survives_or_is_refused_by_name()
    {
        var topic = await NewTopicAsync();
        var empty = new OutgoingMessage(ReadOnlyMemory<byte>.Empty);
        if (AllowsEmptyBody)
        {
            await Sender.SendAsync(topic, [empty], Token);
            Assert.True((await ReceiveOneAsync(topic)).Body.IsEmpty);
            return;
        }

        await AssertRefusedAsync("message", topic, empty);
    }

    [Fact]
    public async Task Receipts_come_in_the_order_of_the_messages_and_are_unique()
    {
        var topic = await NewTopicAsync();
        var receipts = await SendAsync(topic, "a", "b", "c", "d");
        Assert.Equal(4, receipts.Select(receipt => receipt.MessageId).Distinct(StringComparer.Ordinal).Count());

        var received = await ReceiveAsync(topic, 4);

        var texts = received.ToDictionary(message => message.MessageId, Read, StringComparer.Ordinal);
        Assert.Equal(["a", "b", "c", "d"], receipts.Select(receipt => texts[receipt.MessageId]));
    }

    [Fact]
    public async Task Messages_with_one_key_share_a_partition_and_stay_in_order()
    {
        var topic = await NewTopicAsync();
        // No more than any provider leases of one key at once.
        var texts = Enumerable.Range(0, 10).Select(number => $"n{number}").ToArray();
        var receipts = new List<SendReceipt>();
        foreach (var pair in texts.Chunk(2))
        {
            receipts.AddRange(await Sender.SendAsync(topic, Array.ConvertAll(pair, text => Text(text, "one")), Token));
        }

        Assert.Single(receipts.Select(receipt => receipt.Partition).Distinct());
        Assert.Equal(texts, (await ReceiveAsync(topic, 10)).Select(Read));
    }

    [Fact]
    public async Task Offsets_grow_within_a_partition()
    {
        var topic = await NewTopicAsync();
        var receipts = new List<SendReceipt>();
        for (var i = 0; i < 5; i++)
        {
            receipts.AddRange(await Sender.SendAsync(topic, [Text("x", "key"), Text("y", "key")], Token));
        }

        var offsets = receipts.ConvertAll(receipt => receipt.Offset);
        if (!HasOffsets)
        {
            Assert.All(offsets, Assert.Null);
            return;
        }

        Assert.Equal(offsets.Distinct().Order(), offsets);
    }

    [Fact]
    public async Task Explicit_partition_wins_over_the_key()
    {
        var topic = await NewTopicAsync();
        if (Partitions is not { } count)
        {
            Assert.All(await SendAsync(topic, "a", "b"), receipt => Assert.Null(receipt.Partition));
            return;
        }

        foreach (var partition in Enumerable.Range(0, count))
        {
            var message = Text($"to {partition}", "same key") with { Partition = partition };
            Assert.Equal(partition, Assert.Single(await Sender.SendAsync(topic, [message], Token)).Partition);
        }

        var received = await ReceiveAsync(topic, count);
        Assert.All(received, message => Assert.Equal($"to {message.Partition}", Read(message)));
    }

    [Fact]
    public async Task Partition_that_does_not_exist_is_refused_and_nothing_is_sent()
    {
        var topic = await NewTopicAsync();
        foreach (var partition in Partitions is { } count ? new[] { count, -1, int.MaxValue } : [-1])
        {
            await AssertRefusedAsync("options.partition", topic, Text("lost") with { Partition = partition });
        }

        await SendAsync(topic, "found");
        Assert.Equal("found", Read(await ReceiveOneAsync(topic)));
    }

    [Fact]
    public async Task Repeat_with_the_same_deduplication_key_gives_the_first_receipt()
    {
        var topic = await NewTopicAsync();
        var message = Text("once", "k") with { DeduplicationKey = "order-1" };
        var first = Assert.Single(await Sender.SendAsync(topic, [message], Token));
        var second = Assert.Single(await Sender.SendAsync(topic, [message], Token));
        if (!Deduplicates)
        {
            Assert.NotEqual(first.MessageId, second.MessageId);
            return;
        }

        Assert.Equal(first, second);
        await Sender.SendAsync(topic, [message with { DeduplicationKey = "order-2" }], Token);
        Assert.Equal(2, (await ReceiveAsync(topic, 2)).Count);
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task Messages_of_many_senders_arrive_once_each()
    {
        var topic = await NewTopicAsync();
        var texts = Enumerable.Range(0, 200).Select(number => $"m{number}").ToArray();
        await Task.WhenAll(texts.Select(text => SendAsync(topic, text).AsTask()));
        var received = await ReceiveAsync(topic, 200);
        Assert.Equal(texts.Order(StringComparer.Ordinal), received.Select(Read).Order(StringComparer.Ordinal));
    }

    /// <summary>Makes sure that a message is refused with the name of the field.</summary>
    protected async Task AssertRefusedAsync(string field, string topic, OutgoingMessage message)
    {
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Sender.SendAsync(topic, [message], Token)
        );
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.Equal(field, refusal.Field);
    }
}
