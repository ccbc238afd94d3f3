using System.Text.Json.Nodes;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsSettleTests(SqsFixture fixture) : SqsTests(fixture)
{
    private string LongHandles { get; } = "long-handles-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Receipt_counts_for_another_instance()
    {
        await SendAsync(Queue, Text("x"));
        var message = await ReceiveOneAsync(Queue);
        Assert.Equal([SettleOutcome.Done], await Open().AcknowledgeAsync([message.Receipt], Token));
        Assert.Empty((await InspectAsync(Queue)).GetProperty("messages").GetProperty("inflight").EnumerateArray());
    }

    [Fact]
    public async Task Handle_too_long_for_a_receipt_is_kept_here()
    {
        await SendAsync(LongHandles, Text("x"));
        var message = await ReceiveOneAsync(LongHandles);
        Assert.InRange(message.Receipt.Length, 1, 512);
        Assert.Equal([SettleOutcome.Expired], await Open().AcknowledgeAsync([message.Receipt], Token));
        Assert.Equal([SettleOutcome.Done], await Connector.AcknowledgeAsync([message.Receipt], Token));
        Assert.Equal([SettleOutcome.Expired], await Connector.AcknowledgeAsync([message.Receipt], Token));
    }

    [Fact]
    public async Task Many_receipts_of_several_queues_are_settled_in_batches()
    {
        await SendAsync(Queue, [.. Enumerable.Range(0, 25).Select(number => Text($"{number}"))]);
        await SendAsync(FifoQueue, Text("x"));
        var messages = await ReceiveAsync(Queue, 25);
        var receipts = messages.Concat(await ReceiveAsync(FifoQueue)).Select(message => message.Receipt).ToList();
        Assert.Equal(26, receipts.Count);
        Assert.All(
            await Connector.ExtendAsync(receipts, TimeSpan.FromMinutes(1), Token),
            outcome => Assert.Equal(SettleOutcome.Done, outcome)
        );
        Assert.All(
            await Connector.AcknowledgeAsync(receipts, Token),
            outcome => Assert.Equal(SettleOutcome.Done, outcome)
        );
        Assert.Equal(3, (await SeenAsync(Queue)).Count(call => call == "DeleteMessageBatch"));
    }

    [Fact]
    public async Task Receipt_given_twice_in_one_call_is_settled_once()
    {
        await SendAsync(Queue, Text("x"));
        var receipt = (await ReceiveOneAsync(Queue)).Receipt;
        Assert.Equal(
            [SettleOutcome.Done, SettleOutcome.Unknown, SettleOutcome.Done],
            await Connector.RejectAsync([receipt, "none", receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        await ReceiveOneAsync(Queue + "-dead");
        Assert.Empty(await ReceiveAsync(Queue + "-dead", waitSeconds: 0));
    }

    [Fact]
    public async Task Acknowledgement_that_failed_can_be_repeated()
    {
        await SendAsync(Queue, Text("a"), Text("b"));
        var receipts = (await ReceiveAsync(Queue)).Select(message => message.Receipt).ToList();
        await FailEntriesAsync("DeleteMessageBatch", Queue, "InternalError", senderFault: false, "m1");
        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Connector.AcknowledgeAsync(receipts, Token)
        );
        Assert.Equal(ErrorKind.Unavailable, fault.Kind);
        Assert.Equal([SettleOutcome.Done, SettleOutcome.Done], await Connector.AcknowledgeAsync(receipts, Token));
    }

    [Theory]
    [InlineData("MessageNotInflight")]
    [InlineData("ReceiptHandleIsInvalid")]
    [InlineData("InvalidParameterValue")]
    public async Task What_the_service_says_of_one_receipt_is_its_outcome(string code)
    {
        await SendAsync(Queue, Text("a"), Text("b"));
        var receipts = (await ReceiveAsync(Queue)).Select(message => message.Receipt).ToList();
        await FailEntriesAsync("ChangeMessageVisibilityBatch", Queue, code, senderFault: true, "m0");
        Assert.Equal(
            [SettleOutcome.Expired, SettleOutcome.Done],
            await Connector.ExtendAsync(receipts, TimeSpan.FromMinutes(1), Token)
        );
    }

    [Fact]
    public async Task Receipts_of_a_queue_that_is_gone_are_expired()
    {
        await SendAsync(Queue, Text("x"));
        var receipt = (await ReceiveOneAsync(Queue)).Receipt;
        await Server.ControlAsync(new { forget = Queue });
        Assert.Equal([SettleOutcome.Expired], await Connector.AcknowledgeAsync([receipt], Token));
        Assert.Equal([SettleOutcome.Expired], await Connector.AcknowledgeAsync([receipt], Token));
    }

    [Fact]
    public async Task Message_whose_content_is_not_known_here_goes_back_when_it_is_given_up()
    {
        await SendAsync(Queue, Text("x"));
        var receipt = (await ReceiveOneAsync(Queue, leaseSeconds: 3600)).Receipt;
        Assert.Equal(
            [SettleOutcome.Expired],
            await Open().RejectAsync([receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        var again = await ReceiveOneAsync(Queue);
        Assert.Equal(
            [SettleOutcome.Done],
            await Connector.RejectAsync([again.Receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        Assert.Equal("x", Read(await ReceiveOneAsync(Queue + "-dead")));
    }

    [Fact]
    public async Task Given_up_message_goes_where_the_queue_s_own_policy_says()
    {
        using var other = OpenClient();
        var graveyard = Queue + "-graveyard";
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var url = await other.CreateQueueAsync(graveyard, attributes, Token);
        var resource = await other.GetAttributeAsync(url, "QueueArn", Token);
        attributes["RedrivePolicy"] = new JsonObject
        {
            ["deadLetterTargetArn"] = resource,
            ["maxReceiveCount"] = 3,
        }.ToJsonString();
        await other.CreateQueueAsync(Queue, attributes, Token);
        await SendAsync(Queue, Text("x", "key"));
        var receipt = (await ReceiveOneAsync(Queue)).Receipt;

        await Connector.RejectAsync([receipt], TimeSpan.Zero, deadLetter: true, Token);

        Assert.Equal("key", (await ReceiveOneAsync(graveyard)).Key);
        Assert.DoesNotContain("CreateQueue", await SeenAsync(Queue + "-dead"));
    }

    [Fact]
    public async Task Queue_without_a_policy_gets_one_for_its_dead_letters_when_it_is_needed()
    {
        using var other = OpenClient();
        await other.CreateQueueAsync(Queue, new Dictionary<string, string>(StringComparer.Ordinal), Token);
        await SendAsync(Queue, Text("x"));
        var receipt = (await ReceiveOneAsync(Queue)).Receipt;
        await Connector.RejectAsync([receipt], TimeSpan.Zero, deadLetter: true, Token);
        Assert.Equal("x", Read(await ReceiveOneAsync(Queue + "-dead")));
    }

    [Fact]
    public async Task Dead_letter_that_is_given_up_is_dropped()
    {
        await SendAsync(Queue + "-dead", Text("x"));
        var receipt = (await ReceiveOneAsync(Queue + "-dead")).Receipt;
        Assert.Equal(
            [SettleOutcome.Done],
            await Connector.RejectAsync([receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        Assert.Empty(await ReceiveAsync(Queue + "-dead", waitSeconds: 0));
        Assert.Empty(await SeenAsync(Queue + "-dead-dead"));
    }

    [Fact]
    public async Task Copy_that_failed_leaves_the_message_where_it_was()
    {
        await SendAsync(Queue, Text("x"));
        var receipt = (await ReceiveOneAsync(Queue)).Receipt;
        await FailEntriesAsync("SendMessageBatch", Queue + "-dead", "InternalError", senderFault: false, "m0");
        await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Connector.RejectAsync([receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        Assert.DoesNotContain("DeleteMessageBatch", await SeenAsync(Queue));
        Assert.Equal(
            [SettleOutcome.Done],
            await Connector.RejectAsync([receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
    }

    [Fact]
    public async Task Message_nobody_acknowledges_dies_after_the_most_deliveries()
    {
        var connector = Open(new JsonObject { ["maxDeliveries"] = 2 });
        await connector.SendAsync(Queue, [Text("poison")], Token);
        for (var delivery = 1; delivery <= 2; delivery++)
        {
            var message = await ReceiveOneAsync(Queue);
            Assert.Equal(delivery, message.DeliveryCount);
            await Connector.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter: false, Token);
        }

        Assert.Empty(await ReceiveAsync(Queue, waitSeconds: 0));
        Assert.Equal("poison", Read(await ReceiveOneAsync(Queue + "-dead")));
    }

    [Fact]
    public async Task Service_keeps_a_message_a_little_longer_than_its_lease()
    {
        await SendAsync(Queue, Text("x"));
        var before = TimeProvider.System.GetUtcNow();
        var message = await ReceiveOneAsync(Queue, leaseSeconds: 100.5);
        var after = TimeProvider.System.GetUtcNow();
        Assert.InRange(message.LeasedUntil, before.AddSeconds(100.5), after.AddSeconds(100.5));
        var entry = (await InspectAsync(Queue)).GetProperty("messages").GetProperty("inflight")[0];
        var end = DateTimeOffset.FromUnixTimeMilliseconds(entry.GetProperty("visibilityDeadline").GetInt64());
        Assert.InRange(end, before.AddSeconds(110.9), after.AddSeconds(111));
    }

    [Theory]
    [InlineData(0.5, 2, 0.5)]
    [InlineData(3, 6, 3)]
    [InlineData(30.2, 41, 30.2)]
    [InlineData(43_190, 43_200, 43_190)]
    [InlineData(43_200, 43_200, 43_190)]
    public void Longest_lease_is_as_long_as_the_service_allows_less_the_way_of_its_answer(
        double asked,
        int kept,
        double lease
    ) => Assert.Equal((kept, TimeSpan.FromSeconds(lease)), SqsLimits.Split(TimeSpan.FromSeconds(asked)));

    [Fact]
    public async Task Messages_that_reached_the_dead_letters_leave_their_queue_though_others_failed()
    {
        await SendAsync(Queue, [.. Enumerable.Range(0, 12).Select(number => Text($"m{number}"))]);
        var messages = new List<Delivery>();
        while (messages.Count < 12)
        {
            messages.AddRange(await ReceiveAsync(Queue, 12 - messages.Count));
        }

        string[] receipts = [.. messages.Select(message => message.Receipt)];
        await FailAsync("SendMessageBatch", Queue + "-dead", 503, new { }, skip: 1);
        await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Connector.RejectAsync(receipts, TimeSpan.Zero, deadLetter: true, Token)
        );
        var left = (await InspectAsync(Queue)).GetProperty("messages").GetProperty("inflight").GetArrayLength();
        Assert.Equal(2, left);

        var outcomes = await Connector.RejectAsync(receipts, TimeSpan.Zero, deadLetter: true, Token);

        Assert.All(outcomes, outcome => Assert.Equal(SettleOutcome.Done, outcome));
        var letters = new List<Delivery>();
        while (await ReceiveAsync(Queue + "-dead", 20, waitSeconds: 1) is { Count: > 0 } some)
        {
            letters.AddRange(some);
        }

        Assert.Equal(messages.Select(Read).Order(), letters.Select(Read).Order());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(43201)]
    public async Task Wrong_delay_is_named(int seconds)
    {
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Connector.RejectAsync([], TimeSpan.FromSeconds(seconds), deadLetter: false, Token)
        );
        Assert.Equal("delay", refusal.Field);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(43201)]
    public async Task Wrong_lease_is_named(int seconds)
    {
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Connector.ExtendAsync([], TimeSpan.FromSeconds(seconds), Token)
        );
        Assert.Equal("lease", refusal.Field);
    }
}
