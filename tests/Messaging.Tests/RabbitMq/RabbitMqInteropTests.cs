using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

/// <summary>Together with programs that use the broker by other means.</summary>
public sealed class RabbitMqInteropTests(RabbitMqBroker broker) : RabbitMqFixture(broker)
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Headers_of_every_type_become_texts()
    {
        var connector = Open();
        Assert.Empty(await ReceiveAsync(connector, wait: TimeSpan.Zero));
        await PublishForeignAsync(
            new BasicProperties
            {
                Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["text"] = "é ✓",
                    ["yes"] = true,
                    ["int"] = -7,
                    ["long"] = 9_000_000_000L,
                    ["double"] = 1.5,
                    ["nothing"] = null,
                    ["time"] = new AmqpTimestamp(Noon.ToUnixTimeSeconds()),
                    ["bytes"] = new byte[] { 0xff, 0xfe },
                    ["list"] = new List<object?> { 1, "two", null },
                    ["table"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["a"] = 1, ["b"] = "c" },
                },
            }
        );

        var headers = Assert.Single(await ReceiveAsync(connector)).Headers;

        Assert.Equal("é ✓", headers["text"]);
        Assert.Equal("true", headers["yes"]);
        Assert.Equal("-7", headers["int"]);
        Assert.Equal("9000000000", headers["long"]);
        Assert.Equal("1.5", headers["double"]);
        Assert.Equal("", headers["nothing"]);
        Assert.Equal(Noon, DateTimeOffset.Parse(headers["time"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("//4=", headers["bytes"]);
        Assert.Equal("""[1,"two",null]""", headers["list"]);
        Assert.Equal("""{"a":1,"b":"c"}""", headers["table"]);
    }

    [Fact]
    public async Task Message_without_properties_is_received_with_an_id_of_its_own()
    {
        var connector = Open();
        Assert.Empty(await ReceiveAsync(connector, wait: TimeSpan.Zero));
        await PublishForeignAsync(new BasicProperties());
        await PublishForeignAsync(new BasicProperties());

        var received = await ReceiveAllAsync(connector, 2);

        Assert.All(received, message => Assert.NotEmpty(message.MessageId));
        Assert.NotEqual(received[0].MessageId, received[1].MessageId);
        Assert.All(received, message => Assert.Equal("application/octet-stream", message.ContentType));
        Assert.All(received, message => Assert.Equal(1, message.DeliveryCount));
        Assert.All(received, message => Assert.Null(message.Key));
    }

    [Fact]
    public async Task Other_programs_read_what_was_sent()
    {
        var receipt = Assert.Single(
            await Open()
                .SendAsync(
                    Topic,
                    [
                        Text("hello") with
                        {
                            ContentType = "text/plain",
                            Key = "k",
                            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["h"] = "v" },
                        },
                    ],
                    Token
                )
        );

        await using var channel = await OpenForeignAsync();
        var message = (await channel.BasicGetAsync(Topic, autoAck: true, Token))!;

        Assert.Equal("hello", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(receipt.MessageId, message.BasicProperties.MessageId);
        Assert.Equal("text/plain", message.BasicProperties.ContentType);
        Assert.True(message.BasicProperties.Persistent);
        Assert.Equal("v"u8.ToArray(), message.BasicProperties.Headers!["h"]);
        Assert.Equal("k"u8.ToArray(), message.BasicProperties.Headers["x-yyc3-key"]);
        // The broker adds this one to what it reads from a quorum queue.
        Assert.Equal(
            ["h", "x-yyc3-key"],
            message.BasicProperties.Headers.Keys.Except(["x-delivery-count"], StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Queue_of_another_kind_is_used_as_it_is()
    {
        await using var channel = await OpenForeignAsync();
        await channel.QueueDeclareAsync(
            Topic,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = 100 },
            cancellationToken: Token
        );
        var connector = Open();
        await SendAsync(connector, "a", "b");

        var received = await ReceiveAllAsync(connector, 2);
        Assert.Equal(["a", "b"], received.Select(Read));
        await connector.AcknowledgeAsync([received[0].Receipt], Token);
        await connector.RejectAsync([received[1].Receipt], TimeSpan.Zero, deadLetter: false, Token);

        var again = Assert.Single(await ReceiveAsync(connector));
        Assert.Equal(("b", 2), (Read(again), again.DeliveryCount));
        await connector.RejectAsync([again.Receipt], TimeSpan.Zero, deadLetter: true, Token);
        var letter = Assert.Single(await ReceiveAsync(connector, topic: Topic + ".dead"));
        Assert.Equal("b", Read(letter));
        Assert.Equal(Topic, letter.Headers["x-dead-topic"]);
        Assert.Equal("2", letter.Headers["x-dead-deliveries"]);
        Assert.Empty(await ReceiveAsync(connector, wait: Quiet));
    }

    [Fact]
    public async Task Classic_queues_are_made_where_they_are_asked_for()
    {
        var connector = Open(new JsonObject { ["queueType"] = "classic" });
        await SendAsync(connector, "a");
        Assert.Equal("a", Read(Assert.Single(await ReceiveAsync(connector))));
        var queue = await Server.ManageAsync(HttpMethod.Get, $"queues/%2F/{Topic}", null, Token);
        Assert.Equal("classic", JsonNode.Parse(queue)!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Messages_go_to_the_exchange_that_is_named()
    {
        await using var channel = await OpenForeignAsync();
        var connector = Open(new JsonObject { ["exchange"] = "ex-" + Topic });
        await ExpectFaultAsync("NOT_FOUND", connector);

        await channel.ExchangeDeclareAsync("ex-" + Topic, "direct", durable: true, cancellationToken: Token);
        await ExpectFaultAsync("UNROUTABLE", connector);

        await channel.QueueDeclareAsync("q-" + Topic, true, false, false, cancellationToken: Token);
        await channel.QueueBindAsync("q-" + Topic, "ex-" + Topic, Topic, cancellationToken: Token);
        await SendAsync(connector, "routed");
        Assert.Equal("routed", Read(Assert.Single(await ReceiveAsync(connector, topic: "q-" + Topic))));
        await channel.ExchangeDeleteAsync("ex-" + Topic, cancellationToken: Token);
    }

    private async Task ExpectFaultAsync(string code, Yyc3.Connectors.RabbitMq.RabbitMqConnector connector)
    {
        var fault = await Assert.ThrowsAsync<Yyc3.Connectors.Sdk.ConnectorException>(() =>
            SendAsync(connector, "nowhere")
        );
        Assert.Equal((code, Yyc3.Connectors.Sdk.ErrorKind.NotFound), (fault.Code, fault.Kind));
    }

    private async Task PublishForeignAsync(BasicProperties properties)
    {
        await using var channel = await OpenForeignAsync();
        await channel.BasicPublishAsync("", Topic, mandatory: true, properties, "foreign"u8.ToArray(), Token);
    }
}
