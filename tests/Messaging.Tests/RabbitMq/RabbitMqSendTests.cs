using System.Text.Json.Nodes;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

public sealed class RabbitMqSendTests(RabbitMqBroker broker) : RabbitMqFixture(broker)
{
    [Fact]
    public async Task Large_batches_of_many_callers_arrive_in_the_order_of_each()
    {
        var connector = Open();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(caller =>
                    SendAsync(connector, [.. Enumerable.Range(0, 500).Select(number => $"{caller}.{number:000}")])
                )
        );

        var received = (await ReceiveAllAsync(connector, 4000)).Select(Read).ToList();

        Assert.Equal(4000, received.Distinct(StringComparer.Ordinal).Count());
        foreach (var caller in received.GroupBy(text => text[0]))
        {
            Assert.Equal(caller.Order(StringComparer.Ordinal), caller);
        }
    }

    [Fact]
    public async Task Deleted_queue_is_told_and_made_again()
    {
        var connector = Open();
        await SendAsync(connector, "before");
        await using var channel = await OpenForeignAsync();
        await channel.QueueDeleteAsync(Topic, ifUnused: false, ifEmpty: false, cancellationToken: Token);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(connector, "lost"));
        Assert.Equal(("QUEUE_DELETED", ErrorKind.Conflict), (fault.Code, fault.Kind));

        await SendAsync(connector, "after");
        Assert.Equal("after", Read(Assert.Single(await ReceiveAsync(connector))));
    }

    [Fact]
    public async Task Full_queue_is_told_as_a_reason_to_wait()
    {
        await using var channel = await OpenForeignAsync();
        await channel.QueueDeclareAsync(
            Topic,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-max-length"] = 1,
                ["x-overflow"] = "reject-publish",
            },
            cancellationToken: Token
        );
        var connector = Open();
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(connector, "a", "b", "c", "d"));
        Assert.Equal(("MESSAGE_NOT_TAKEN", ErrorKind.Throttled), (fault.Code, fault.Kind));
    }

    [Theory]
    [InlineData("CC")]
    [InlineData("BCC")]
    [InlineData("x-yyc3-key")]
    [InlineData("x-delivery-count")]
    public Task Header_that_means_something_to_the_broker_is_refused(string name) =>
        ExpectRefusedAsync(
            "options.headers",
            Text("x") with
            {
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = "other" },
            }
        );

    [Fact]
    public async Task What_does_not_fit_is_refused_by_name()
    {
        await ExpectRefusedAsync("message", new OutgoingMessage(new byte[(1024 * 1024) + 1]));
        await ExpectRefusedAsync("contentType", Text("x") with { ContentType = new string('c', 256) });
        await ExpectRefusedAsync("options.key", Text("x") with { Key = new string('k', 1025) });
        await ExpectRefusedAsync("options.key", Text("x") with { Key = "\ud800" });
        await ExpectRefusedAsync("options.partition", Text("x") with { Partition = 0 });
        foreach (var (name, value) in new[] { (new string('n', 256), ""), ("n", new string('v', 65 * 1024)) })
        {
            var headers = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value };
            await ExpectRefusedAsync("options.headers", Text("x") with { Headers = headers });
        }

        foreach (var topic in new[] { "", new string('t', 251), "\udc00" })
        {
            var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
                await Open().SendAsync(topic, [Text("x")], Token)
            );
            Assert.Equal("topic", fault.Field);
        }
    }

    [Fact]
    public async Task Forbidden_queue_is_told_as_forbidden()
    {
        var user = "limited-" + Topic;
        await Server.ManageAsync(HttpMethod.Put, $"users/{user}", """{"password":"p","tags":""}""", Token);
        await Server.ManageAsync(
            HttpMethod.Put,
            $"permissions/%2F/{user}",
            """{"configure":"^$","write":".*","read":".*"}""",
            Token
        );
        await using var connector = Harness.Open(Server, user: user, password: "p");
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(connector, "x"));
        Assert.Equal(("ACCESS_DENIED", ErrorKind.PermissionDenied), (fault.Code, fault.Kind));

        // A queue that is there needs no permission to make one.
        await SendAsync(Open(), "first");
        await SendAsync(connector, "second");
        Assert.Equal(2, (await ReceiveAllAsync(connector, 2)).Count);
    }

    [Fact]
    public async Task Closed_connections_come_back_with_the_next_call()
    {
        var user = "closed-" + Topic;
        await Server.ManageAsync(HttpMethod.Put, $"users/{user}", """{"password":"p","tags":""}""", Token);
        await Server.ManageAsync(
            HttpMethod.Put,
            $"permissions/%2F/{user}",
            """{"configure":".*","write":".*","read":".*"}""",
            Token
        );
        await using var connector = Harness.Open(Server, user: user, password: "p");
        await SendAsync(connector, "a");
        var held = Assert.Single(await ReceiveAsync(connector));
        Assert.Equal(2, connector.PoolUsage.Open);
        var waiting = ReceiveAsync(connector, wait: Long);

        await Server.ControlAsync("close_all_user_connections", user, "test");

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => waiting);
        Assert.Equal(ErrorKind.Unavailable, fault.Kind);
        Assert.Equal([SettleOutcome.Expired], await connector.AcknowledgeAsync([held.Receipt], Token));
        var again = Assert.Single(await ReceiveAsync(connector));
        Assert.Equal("a", Read(again));
        // Once more when the waiting consumer got it on the connection that was closing.
        Assert.InRange(again.DeliveryCount, 2, 3);
        await SendAsync(connector, "b");
        Assert.Equal("b", Read(Assert.Single(await ReceiveAsync(connector))));
    }

    [Theory]
    [InlineData("queueType", "stream")]
    [InlineData("caCertificate", "no certificate")]
    [InlineData("prefetch", 0)]
    [InlineData("port", 70000)]
    public void Wrong_setting_is_refused_by_name(string name, object value)
    {
        var settings = new JsonObject { [name] = value is string text ? text : (int)value };
        Assert.Equal("config." + name, Assert.Throws<ConnectorException>(() => Open(settings)).Field);
    }

    [Fact]
    public async Task Closed_connector_says_so()
    {
        var connector = Open();
        await SendAsync(connector, "a");
        await connector.DisposeAsync();
        Assert.Equal(
            "CONNECTOR_CLOSED",
            (await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(connector, "b"))).Code
        );
        Assert.Equal(0, connector.PoolUsage.Open);
    }

    private async Task ExpectRefusedAsync(string field, OutgoingMessage message)
    {
        RabbitMqConnector connector = Open();
        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.SendAsync(Topic, [message], Token)
        );
        Assert.Equal((ErrorKind.InvalidArgument, field), (fault.Kind, fault.Field));
    }
}
