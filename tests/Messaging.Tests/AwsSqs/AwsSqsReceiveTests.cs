using System.Text.Json.Nodes;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsReceiveTests(SqsFixture fixture) : SqsTests(fixture)
{
    private const string Long = "ReceiveMessage";

    [Fact]
    public async Task Long_poll_is_woken_by_a_message()
    {
        await SendAsync(Queue, Text("first"));
        await ReceiveOneAsync(Queue);
        var waiting = ReceiveAsync(Queue, waitSeconds: 60);
        await UntilSeenAsync(Long, 2);
        var sent = TimeProvider.System.GetTimestamp();
        await SendAsync(Queue, Text("second"));
        Assert.Equal("second", Read(Assert.Single(await waiting)));
        Assert.True(TimeProvider.System.GetElapsedTime(sent) < TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await SeenAsync(Queue)).Count(call => call == Long));
    }

    [Fact]
    public async Task Wait_below_a_second_is_waited_for_and_looked_behind()
    {
        await SendAsync(Queue, Text("first"));
        await ReceiveOneAsync(Queue);
        var waiting = ReceiveAsync(Queue, waitSeconds: 0.9);
        await UntilSeenAsync(Long, 2);
        await SendAsync(Queue, Text("second"));
        Assert.Equal("second", Read(Assert.Single(await waiting)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.4, 2)]
    [InlineData(2.3, 2)]
    public async Task Wait_is_neither_cut_nor_stretched(double seconds, int calls)
    {
        await SendAsync(Queue, Text("first"));
        await ReceiveOneAsync(Queue);
        var begun = TimeProvider.System.GetTimestamp();
        Assert.Empty(await ReceiveAsync(Queue, waitSeconds: seconds));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, seconds, seconds + 5);
        Assert.InRange((await SeenAsync(Queue)).Count(call => call == Long) - 1, calls, calls + 1);
    }

    [Fact]
    public async Task Unknown_queue_waits_as_an_empty_one_and_is_neither_made_nor_hammered()
    {
        Assert.Empty(await ReceiveAsync(Queue, waitSeconds: 4));
        var seen = await SeenAsync(Queue);
        Assert.All(seen, call => Assert.Equal("GetQueueUrl", call));
        // After 1 and 2 more seconds, and at the end; a timer that wakes early adds one.
        Assert.InRange(seen.Count, 2, 6);
    }

    [Fact]
    public async Task Unknown_queue_named_by_its_url_is_not_hammered_either()
    {
        Assert.Empty(await ReceiveAsync($"{Server.Endpoint}/000000000000/{Queue}", waitSeconds: 4));
        Assert.InRange((await SeenAsync(Queue)).Count, 2, 6);
    }

    [Fact]
    public async Task Deleted_queue_waits_as_an_empty_one_until_it_is_back()
    {
        await SendAsync(Queue, Text("lost"));
        await Server.ControlAsync(new { forget = Queue });
        Assert.Empty(await ReceiveAsync(Queue, waitSeconds: 0));
        var waiting = ReceiveAsync(Queue, waitSeconds: 30);
        await SendAsync(Queue, Text("new"));
        Assert.Equal("new", Read(Assert.Single(await waiting)));
    }

    [Fact]
    public async Task More_than_ten_messages_come_at_once_without_waiting_further()
    {
        await SendAsync(Queue, [.. Enumerable.Range(0, 25).Select(number => Text($"{number}"))]);
        var begun = TimeProvider.System.GetTimestamp();
        Assert.Equal(25, (await ReceiveAsync(Queue, most: 100, waitSeconds: 30)).Count);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(10));
        Assert.Equal(3, (await SeenAsync(Queue)).Count(call => call == Long));
    }

    [Fact]
    public async Task Fault_after_the_first_messages_does_not_lose_them()
    {
        await SendAsync(Queue, [.. Enumerable.Range(0, 20).Select(number => Text($"{number}"))]);
        await FailAsync(Long, Queue, 500, new { }, skip: 1);
        Assert.Equal(10, (await ReceiveAsync(Queue, most: 20)).Count);
        Assert.Equal(10, (await ReceiveAsync(Queue, most: 20)).Count);
    }

    [Fact]
    public async Task What_does_not_fit_is_given_back_in_order_and_the_next_number_is_smaller()
    {
        var messages = Enumerable
            .Range(0, 6)
            .Select(number => new OutgoingMessage(
                new byte[1000]
                    .Append((byte)number)
                    .ToArray()
            )
            {
                Key = "one",
            });
        await SendAsync(FifoQueue, [.. messages]);
        var numbers = new List<int>();
        var deliveries = 0;
        while (numbers.Count < 6)
        {
            var request = new ReceiveRequest(FifoQueue, "workers") { MaxBytes = 2100, Wait = TimeSpan.FromSeconds(5) };
            var batch = await Connector.ReceiveAsync(request, Token);
            Assert.Equal(2, batch.Count);
            numbers.AddRange(batch.Select(message => (int)message.Body.Span[^1]));
            deliveries = Math.Max(deliveries, batch.Max(message => message.DeliveryCount));
            await Connector.AcknowledgeAsync([.. batch.Select(message => message.Receipt)], Token);
        }

        Assert.Equal(Enumerable.Range(0, 6), numbers);
        Assert.Equal(2, deliveries);
        Assert.Single(await SeenAsync(FifoQueue), call => call == "ChangeMessageVisibilityBatch");
    }

    [Fact]
    public async Task Cancelled_receiver_leaves_no_message_hidden()
    {
        await SendAsync(Queue, Text("first"));
        await ReceiveOneAsync(Queue);
        using var cancel = new CancellationTokenSource();
        var request = new ReceiveRequest(Queue, "workers")
        {
            Wait = TimeSpan.FromMinutes(1),
            Lease = TimeSpan.FromHours(1),
        };
        var waiting = Connector.ReceiveAsync(request, cancel.Token).AsTask();
        await UntilSeenAsync(Long, 2);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await SendAsync(Queue, Text("second"));

        Assert.Equal("second", Read(await ReceiveOneAsync(Queue)));
    }

    [Fact]
    public async Task Receiver_that_waits_does_not_keep_senders_from_their_places()
    {
        var connector = Open(new JsonObject { ["maxConnections"] = 1 });
        await connector.SendAsync(Queue, [Text("first")], Token);
        await ReceiveOneAsync(Queue);
        var request = new ReceiveRequest(Queue, "workers") { Wait = TimeSpan.FromSeconds(30) };
        var waiting = connector.ReceiveAsync(request, Token).AsTask();
        await UntilSeenAsync(Long, 2);
        Assert.Equal((1, 2), (connector.PoolUsage.InUse, connector.PoolUsage.Limit));
        Assert.Empty(await connector.ReceiveAsync(request with { Wait = TimeSpan.Zero }, Token));
        await connector.SendAsync(Queue, [Text("second")], Token);
        Assert.Equal("second", Read(Assert.Single(await waiting)));
    }

    [Theory]
    [InlineData("wait", -1, 30, 1, 1)]
    [InlineData("lease", 0, 0, 1, 1)]
    [InlineData("lease", 0, 43201, 1, 1)]
    [InlineData("maxMessages", 0, 30, 0, 1)]
    [InlineData("maxBytes", 0, 30, 1, 0)]
    public async Task Wrong_limits_are_named(string field, int wait, int lease, int messages, int bytes)
    {
        var request = new ReceiveRequest(Queue, "workers")
        {
            Wait = TimeSpan.FromSeconds(wait),
            Lease = TimeSpan.FromSeconds(lease),
            MaxMessages = messages,
            MaxBytes = bytes,
        };
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Connector.ReceiveAsync(request, Token)
        );
        Assert.Equal(field, refusal.Field);
    }

    private async Task UntilSeenAsync(string operation, int times)
    {
        while ((await SeenAsync(Queue)).Count(call => call == operation) < times)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }
}
