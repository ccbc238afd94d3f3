using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueueLimitsTests : LocalQueueFixture
{
    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a*")]
    [InlineData("消息")]
    [InlineData("a\0")]
    public async Task Name_with_other_characters_is_refused(string name)
    {
        var queue = Open();
        await AssertRefusedAsync("topic", async () => await queue.SendAsync(name, [Text("x")], Token));
        await AssertRefusedAsync("topic", async () => await ReceiveAsync(queue, topic: name));
        await AssertRefusedAsync("consumerGroup", async () => await ReceiveAsync(queue, group: name));
    }

    [Fact]
    public async Task Longest_topic_has_readable_dead_letters_and_a_longer_one_is_refused()
    {
        var queue = Open();
        var longest = new string('t', 249);
        await AssertRefusedAsync("topic", async () => await queue.SendAsync(longest + "t", [Text("x")], Token));

        await queue.SendAsync(longest, [Text("x")], Token);
        var message = Assert.Single(await ReceiveAsync(queue, topic: longest));
        await queue.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter: true, Token);

        Assert.Equal("x", Read(Assert.Single(await ReceiveAsync(queue, topic: longest + ".dead"))));
    }

    [Fact]
    public async Task Message_beyond_the_limits_is_refused_by_field_and_nothing_of_the_call_is_sent()
    {
        var queue = Open();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["h"] = new('x', 65536) };
        var broken = new Dictionary<string, string>(StringComparer.Ordinal) { ["h"] = "\ud800" };
        (string, OutgoingMessage)[] cases =
        [
            ("message", new OutgoingMessage(new byte[(1024 * 1024) + 1])),
            ("options.headers", Text("x") with { Headers = headers }),
            ("options.headers", Text("x") with { Headers = broken }),
            ("options.key", Text("x", new string('k', 1025))),
            ("options.partition", Text("x") with { Partition = 1 }),
        ];
        foreach (var (field, message) in cases)
        {
            await AssertRefusedAsync(field, async () => await queue.SendAsync(Topic, [Text("ok"), message], Token));
        }

        await AssertRefusedAsync("message", async () => await queue.SendAsync(Topic, [], Token));
        Assert.Empty(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task Request_beyond_the_limits_is_refused_by_field()
    {
        var queue = Open();
        var request = new ReceiveRequest(Topic, Group);
        (string, ReceiveRequest)[] cases =
        [
            ("maxMessages", request with { MaxMessages = 0 }),
            ("maxBytes", request with { MaxBytes = 0 }),
            ("wait", request with { Wait = TimeSpan.FromTicks(-1) }),
            ("lease", request with { Lease = TimeSpan.Zero }),
            ("lease", request with { Lease = TimeSpan.MaxValue }),
        ];
        foreach (var (field, bad) in cases)
        {
            await AssertRefusedAsync(field, async () => await queue.ReceiveAsync(bad, Token));
        }

        await AssertRefusedAsync(
            "delay",
            async () => await queue.RejectAsync([], TimeSpan.FromTicks(-1), deadLetter: false, Token)
        );
        await AssertRefusedAsync("lease", async () => await queue.ExtendAsync([], TimeSpan.Zero, Token));
    }

    [Fact]
    public void Setting_out_of_range_is_refused_by_name()
    {
        Assert.Equal("config.partitions", Refused(new { partitions = 0 }));
        Assert.Equal("config.maxDeliveries", Refused(new { maxDeliveries = 0 }));
        Assert.Equal("config.retentionSeconds", Refused(new { retentionSeconds = 59 }));
    }

    [Fact]
    public void Integration_cannot_put_its_file_elsewhere() =>
        Assert.Throws<ConnectorException>(() =>
            new LocalQueueConnector(Harness.Context(integrationId: "../../../../elsewhere"))
        );

    private string? Refused(object settings) => Assert.Throws<ConnectorException>(() => Open(settings)).Field;

    private static async Task AssertRefusedAsync(string field, Func<Task> work)
    {
        var refusal = await Assert.ThrowsAsync<ConnectorException>(work);
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.Equal(field, refusal.Field);
    }
}
