using System.Text.Json;
using System.Text.Json.Nodes;
using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsSendTests(SqsFixture fixture) : SqsTests(fixture)
{
    [Fact]
    public async Task First_message_makes_the_queue_and_one_for_its_dead_letters()
    {
        await SendAsync(Queue, Text("x"));
        var policy = (await InspectAsync(Queue)).GetProperty("attributes").GetProperty("RedrivePolicy").GetString()!;
        using var document = JsonDocument.Parse(policy);
        Assert.EndsWith(
            $":{Queue}-dead",
            document.RootElement.GetProperty("deadLetterTargetArn").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal("10", document.RootElement.GetProperty("maxReceiveCount").GetString());
        var dead = (await InspectAsync(Queue + "-dead")).GetProperty("attributes");
        Assert.Equal("1209600", dead.GetProperty("MessageRetentionPeriod").GetString());
        Assert.False(dead.TryGetProperty("RedrivePolicy", out _));
    }

    [Fact]
    public async Task Many_first_messages_make_the_queue_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(number => SendAsync(Queue, Text($"{number}"))));
        Assert.Single(await SeenAsync(Queue), call => call == "CreateQueue");
        Assert.Single(await SeenAsync(Queue), call => call == "GetQueueUrl");
    }

    [Fact]
    public async Task Queue_is_not_made_when_that_is_off()
    {
        var connector = Open(new JsonObject { ["createQueues"] = false });
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.SendAsync(Queue, [Text("x")], Token)
        );
        Assert.Equal((ErrorKind.NotFound, "QUEUE_NOT_FOUND"), (refusal.Kind, refusal.Code));
        Assert.DoesNotContain("CreateQueue", await SeenAsync(Queue));
    }

    [Fact]
    public async Task Deleted_queue_is_made_again()
    {
        await SendAsync(Queue, Text("lost with the queue"));
        await Server.ControlAsync(new { forget = Queue });
        await SendAsync(Queue, Text("a"), Text("b"));
        Assert.Equal(["a", "b"], (await ReceiveAsync(Queue)).Select(Read));
    }

    [Fact]
    public async Task Queue_that_is_not_ready_yet_is_told_with_the_time_to_wait()
    {
        await SendAsync(Queue, Text("x"));
        var missing = new { __type = "com.amazonaws.sqs#QueueDoesNotExist" };
        await FailAsync("SendMessage", Queue, 400, missing);
        await FailAsync("SendMessage", Queue, 400, missing);
        var refusal = await RefusedAsync(Queue, Text("x"));
        Assert.Equal((ErrorKind.Unavailable, "QUEUE_NOT_READY"), (refusal.Kind, refusal.Code));
        Assert.Equal(TimeSpan.FromSeconds(1), refusal.RetryAfter);
    }

    [Fact]
    public async Task Many_messages_go_in_batches_of_ten()
    {
        var receipts = await SendAsync(Queue, [.. Enumerable.Range(0, 25).Select(number => Text($"m{number}"))]);
        Assert.Equal(3, (await SeenAsync(Queue)).Count(call => call == "SendMessageBatch"));

        var received = await ReceiveAsync(Queue, 25);

        var texts = received.ToDictionary(message => message.MessageId, Read, StringComparer.Ordinal);
        Assert.Equal(
            Enumerable.Range(0, 25).Select(number => $"m{number}"),
            receipts.Select(receipt => texts[receipt.MessageId])
        );
    }

    [Fact]
    public async Task Batch_is_never_larger_than_the_service_takes()
    {
        var large = new OutgoingMessage(new byte[300_000]);
        await SendAsync(Queue, large, large, large, large);
        Assert.Equal(2, (await SeenAsync(Queue)).Count(call => call == "SendMessageBatch"));
        Assert.Equal(4, (await ReceiveAsync(Queue)).Count);
    }

    [Theory]
    [InlineData("InternalError", false, ErrorKind.Unavailable, null)]
    [InlineData("InvalidMessageContents", true, ErrorKind.InvalidArgument, "message")]
    [InlineData("RequestThrottled", true, ErrorKind.Throttled, null)]
    public async Task Message_that_failed_in_a_batch_is_told_by_its_place(
        string code,
        bool isSenderFault,
        ErrorKind kind,
        string? field
    )
    {
        await SendAsync(Queue, Text("makes the queue"));
        await FailEntriesAsync("SendMessageBatch", Queue, code, isSenderFault, "m1", "m2");
        var refusal = await RefusedAsync(Queue, Text("a"), Text("b"), Text("c"));
        Assert.Equal(kind, refusal.Kind);
        Assert.Equal(field, refusal.Field);
        Assert.Equal("1,2", refusal.Details?["failed"]);
        Assert.Contains("2 of 3", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "makes the queue"], (await ReceiveAsync(Queue)).Select(Read).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Failed_batch_stops_those_behind_it_in_a_fifo_queue()
    {
        await SendAsync(FifoQueue, Text("makes the queue", "other"));
        await FailEntriesAsync("SendMessageBatch", FifoQueue, "InternalError", senderFault: false, "m9");
        var refusal = await RefusedAsync(
            FifoQueue,
            [.. Enumerable.Range(0, 25).Select(number => Text($"m{number}", "key"))]
        );
        Assert.Equal("9-24", refusal.Details?["failed"]);
        Assert.Contains("16 of 25", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await SeenAsync(FifoQueue), call => call == "SendMessageBatch");
    }

    [Fact]
    public async Task One_failed_batch_of_many_at_once_is_told_as_what_it_is()
    {
        await SendAsync(Queue, Text("makes the queue"));
        await FailAsync("SendMessageBatch", Queue, 503, new { });
        var refusal = await RefusedAsync(Queue, [.. Enumerable.Range(0, 80).Select(number => Text($"m{number}"))]);
        Assert.Equal((ErrorKind.Unavailable, "SERVICE_UNAVAILABLE"), (refusal.Kind, refusal.Code));
    }

    [Fact]
    public async Task Queue_can_be_named_by_its_url()
    {
        await SendAsync(Queue, Text("makes the queue"));
        var url = $"{Server.Endpoint}/000000000000/{Queue}";
        await SendAsync(url, Text("by url"));
        var messages = await ReceiveAsync(url);
        Assert.Equal(["makes the queue", "by url"], messages.Select(Read));
        Assert.All(messages, message => Assert.Equal(url, message.Topic));
        Assert.All(
            await Connector.AcknowledgeAsync([.. messages.Select(message => message.Receipt)], Token),
            outcome => Assert.Equal(SettleOutcome.Done, outcome)
        );
        Assert.Empty(await ReceiveAsync(Queue, waitSeconds: 0));
    }

    [Fact]
    public async Task Url_of_a_queue_that_is_not_there_makes_none()
    {
        var refusal = await RefusedAsync($"{Server.Endpoint}/000000000000/{Queue}", Text("x"));
        Assert.Equal((ErrorKind.NotFound, "QUEUE_NOT_FOUND"), (refusal.Kind, refusal.Code));
        Assert.False((await Server.ControlAsync(new { inspect = Queue })).TryGetProperty("queue", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("dot.ted")]
    [InlineData(".fifo")]
    [InlineData("line\n")]
    [InlineData("https://elsewhere.example/000000000000/queue")]
    [InlineData("{0}/queue")]
    [InlineData("{0}/000000000000/queue/more")]
    [InlineData("{0}/000000000000/queue?Action=DeleteQueue")]
    [InlineData("{0}/000000000000/../queue")]
    public async Task Anything_else_is_no_topic(string topic)
    {
        var refusal = await RefusedAsync(topic.Replace("{0}", Server.Endpoint, StringComparison.Ordinal), Text("x"));
        Assert.Equal("topic", refusal.Field);
    }

    [Fact]
    public async Task Name_that_leaves_no_room_for_the_dead_letters_is_refused_before_anything_is_made()
    {
        var name = Queue.PadRight(76, 'q');
        Assert.Equal("topic", (await RefusedAsync(name, Text("x"))).Field);
        Assert.DoesNotContain("CreateQueue", await SeenAsync(name));
        Assert.Equal("topic", (await RefusedAsync(name.PadRight(81, 'q'), Text("x"))).Field);
        await SendAsync(name[..75], Text("x"));
    }

    [Fact]
    public async Task Nothing_to_send_is_refused() => Assert.Equal("message", (await RefusedAsync(Queue)).Field);

    [Fact]
    public async Task Cancelled_send_ends_as_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var sending = Connector.SendAsync(Queue, [Text("x")], cancel.Token).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(sending.IsCanceled);
    }

    [Fact]
    public async Task Temporary_key_is_used_with_its_token()
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["accessKeyId"] = SqsServer.TemporaryKeyId,
            ["secretAccessKey"] = SqsServer.TemporarySecret,
            ["sessionToken"] = SqsServer.TemporaryToken,
        };
        var connector = Open(credentials: credentials);
        Assert.Single(await connector.SendAsync(Queue, [Text("x")], Token));
        credentials["sessionToken"] = "another";
        Assert.Equal("INVALID_CREDENTIALS", (await Open(credentials: credentials).CheckAsync(Token)).Code);
        credentials.Remove("sessionToken");
        Assert.Equal("INVALID_CREDENTIALS", (await Open(credentials: credentials).CheckAsync(Token)).Code);
    }

    [Fact]
    public async Task Tls_serves_as_well()
    {
        var settings = new JsonObject { ["caCertificate"] = Server.Authority.AuthorityPem };
        await using var connector = new AwsSqsConnector(SqsContexts.Context(Harness, Server.TlsEndpoint, settings));
        await connector.SendAsync(Queue, [Text("secret")], Token);
        Assert.Equal("secret", Read(await ReceiveOneAsync(Queue)));
        Assert.Equal(100, connector.PoolUsage.Limit);
        Assert.Equal(0, connector.PoolUsage.InUse);
    }
}
