using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>Sending: what the brokers and the rules refuse, and where keys go.</summary>
public sealed class KafkaSendTests(KafkaServer server) : KafkaFixture(server)
{
    [Theory]
    [InlineData("foobar", 2)]
    [InlineData("21", 0)]
    [InlineData("a-little-bit-longer-string", 3)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", 1)]
    public async Task Key_goes_to_the_partition_that_Java_clients_choose(string key, int partition) =>
        Assert.Equal(partition, Assert.Single(await SendAsync(Open(), Text("x", key))).Partition);

    [Fact]
    public async Task Batch_with_one_wrong_partition_is_not_sent_at_all()
    {
        var connector = Open();
        await AssertRefusedAsync("options.partition", Text("a", partition: 0), Text("b", partition: 4));
        await SendAsync(connector, Text("c", partition: 0));
        Assert.Equal("c", Read(Assert.Single(await ReceiveAsync(connector))));
    }

    [Fact]
    public Task Body_above_one_mebibyte_is_refused() =>
        AssertRefusedAsync("message", new OutgoingMessage(new byte[(1024 * 1024) + 1]));

    [Fact]
    public Task Headers_above_64_kibibytes_are_refused() =>
        AssertRefusedAsync("options.headers", WithHeader("long", new string('x', 64 * 1024)));

    [Fact]
    public Task Header_that_is_the_content_type_is_refused() =>
        AssertRefusedAsync("options.headers", WithHeader("Content-Type", "text/plain"));

    [Fact]
    public Task Text_that_is_no_Unicode_is_refused() => AssertRefusedAsync("options.key", Text("x", "\ud800"));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("^any.*")]
    [InlineData("a/b")]
    public async Task Name_that_is_no_topic_is_refused(string topic)
    {
        var connector = Open();
        var send = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.SendAsync(topic, [Text("x")], Token)
        );
        var receive = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.ReceiveAsync(new ReceiveRequest(topic, Group), Token)
        );
        Assert.Equal(("topic", "topic"), (send.Field, receive.Field));
    }

    [Fact]
    public async Task Large_batch_is_sent_in_order()
    {
        var connector = Open();
        var receipts = await SendAsync(
            connector,
            [.. Enumerable.Range(0, 5000).Select(number => Text($"{number}", partition: 1))]
        );
        Assert.Equal(Enumerable.Range(0, 5000).Select(number => (long?)number), receipts.Select(sent => sent.Offset));
    }

    private static OutgoingMessage WithHeader(string name, string value) =>
        Text("x") with
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value },
        };

    private async Task AssertRefusedAsync(string field, params OutgoingMessage[] messages)
    {
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () => await SendAsync(Open(), messages));
        Assert.Equal((ErrorKind.InvalidArgument, field), (refusal.Kind, refusal.Field));
    }
}
