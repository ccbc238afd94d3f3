using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>What brokers answer when they fail. With a cluster of its own, as its errors hit whoever comes next.</summary>
public sealed class KafkaFaultTests : IAsyncLifetime
{
    private const int Produce = 0;
    private const int Fetch = 1;
    private const int Commit = 8;

    private readonly ConnectorHarness _harness = new();
    private KafkaMockBroker _broker = null!;
    private KafkaConnector _connector = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await KafkaMockBroker.StartAsync();
        _connector = KafkaFixture.Open(
            _harness,
            _broker.BootstrapServers,
            options => options with { SendTime = TimeSpan.FromSeconds(3) }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _broker.DisposeAsync();
        _harness.Dispose();
    }

    [Theory]
    [InlineData(7, ErrorKind.Timeout, "TIMEOUT", null)]
    [InlineData(10, ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "message")]
    [InlineData(19, ErrorKind.Unavailable, "NOT_ENOUGH_REPLICAS", null)]
    [InlineData(44, ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "message")]
    [InlineData(56, ErrorKind.Unavailable, "STORAGE_FAILED", null)]
    [InlineData(87, ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "message")]
    [InlineData(89, ErrorKind.Throttled, "TOO_MANY_MESSAGES", null)]
    public async Task Refused_message_is_told_by_its_code_and_not_sent_again(
        int code,
        ErrorKind kind,
        string reason,
        string? field
    )
    {
        await SendAsync("first");
        await _broker.FailAsync(Produce, code);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync("refused"));

        Assert.Equal((kind, reason, field), (fault.Kind, fault.Code, fault.Field));
        await SendAsync("last");
        var received = await ReceiveAsync(count: 2);
        Assert.Equal(
            ["first", "last"],
            received.Select(message => System.Text.Encoding.UTF8.GetString(message.Body.Span))
        );
    }

    [Fact]
    public async Task Topic_that_is_not_permitted_is_told()
    {
        await SendAsync("first");
        await _broker.FailAsync(Produce, 29);
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync("refused"));
        Assert.Equal((ErrorKind.PermissionDenied, "TOPIC_NOT_PERMITTED"), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Receiver_is_told_of_a_missing_right_until_something_comes()
    {
        await SendAsync("first");
        await ReceiveAsync(count: 1);
        await _broker.FailAsync(Fetch, 29);

        for (var call = 0; call < 3; call++)
        {
            var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            {
                while (true)
                {
                    await _connector.ReceiveAsync(Request(TimeSpan.FromSeconds(call == 0 ? 20 : 0), 1), Token);
                    Assert.Equal(0, call);
                }
            });
            Assert.Equal((ErrorKind.PermissionDenied, "TOPIC_NOT_PERMITTED"), (fault.Kind, fault.Code));
        }

        await SendAsync("second");
        while (await Record.ExceptionAsync(() => ReceiveAsync(count: 1)) is ConnectorException) { }

        Assert.Empty(await _connector.ReceiveAsync(Request(TimeSpan.Zero, 1), Token));
    }

    [Fact]
    public async Task Receiver_is_told_that_dead_letters_cannot_be_written()
    {
        await using var connector = KafkaFixture.Open(
            _harness,
            _broker.BootstrapServers,
            options => options with { MaxDeliveries = 1 }
        );
        await SendAsync("poison");
        var request = Request(TimeSpan.FromSeconds(20), 1) with { Lease = TimeSpan.FromMilliseconds(100) };
        Assert.Single(await connector.ReceiveAsync(request, Token));
        await _broker.FailAsync(Produce, 29);

        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.ReceiveAsync(request, Token)
        );

        Assert.Equal((ErrorKind.PermissionDenied, "TOPIC_NOT_PERMITTED"), (fault.Kind, fault.Code));
        Assert.Contains("dead letters", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await connector.ReceiveAsync(Request(TimeSpan.Zero, 1), Token));
    }

    [Fact]
    public async Task Acknowledgement_that_is_not_committed_fails_and_may_be_repeated()
    {
        await SendAsync("a");
        var message = Assert.Single(await ReceiveAsync(count: 1));
        // The client commits by itself too, so more than one refusal waits.
        await _broker.FailAsync(Commit, 30, 30, 30);

        var faults = new List<ConnectorException>();
        IReadOnlyList<SettleOutcome> outcomes = [];
        while (outcomes.Count == 0)
        {
            try
            {
                outcomes = await _connector.AcknowledgeAsync([message.Receipt], Token);
            }
            catch (ConnectorException fault)
            {
                faults.Add(fault);
            }
        }

        Assert.InRange(faults.Count, 1, 3);
        Assert.All(
            faults,
            fault => Assert.Equal((ErrorKind.PermissionDenied, "GROUP_NOT_PERMITTED"), (fault.Kind, fault.Code))
        );
        Assert.Equal([SettleOutcome.Done], outcomes);
    }

    [Fact]
    public async Task Acknowledgement_during_a_rebalance_waits_for_its_end()
    {
        await SendAsync("a");
        var message = Assert.Single(await ReceiveAsync(count: 1));
        await _broker.FailAsync(Commit, 27, 27);
        Assert.Equal([SettleOutcome.Done], await _connector.AcknowledgeAsync([message.Receipt], Token));
    }

    [Fact]
    public async Task Receiver_says_that_the_cluster_is_gone_and_goes_on_when_it_is_back()
    {
        await SendAsync("a");
        await ReceiveAsync(count: 1);
        await _broker.TakeDownAsync(1);

        ConnectorException? fault = null;
        while (fault is null)
        {
            fault =
                await Record.ExceptionAsync(() => ReceiveAsync(count: 1, TimeSpan.FromMilliseconds(200)))
                as ConnectorException;
        }

        Assert.Equal((ErrorKind.Unavailable, "CONNECTION_REFUSED"), (fault.Kind, fault.Code));
        await _broker.BringUpAsync(1);
        await SendAsync("b");
        Assert.Single(await ReceiveAsync(count: 1));
        Assert.Empty(await _connector.ReceiveAsync(Request(TimeSpan.Zero, 1), Token));
    }

    [Fact]
    public async Task Send_to_a_cluster_that_is_gone_fails_in_time_with_the_reason()
    {
        await SendAsync("a");
        await _broker.TakeDownAsync(1);
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync("b"));
        Assert.Equal((ErrorKind.Unavailable, "CONNECTION_REFUSED"), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Broker_that_does_not_answer_is_a_timeout()
    {
        await SendAsync("a");
        await _broker.DelayAsync(1, TimeSpan.FromSeconds(30));
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync("b"));
        Assert.Equal((ErrorKind.Timeout, "TIMEOUT"), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Message_on_its_way_is_confirmed_while_the_connector_closes()
    {
        await using var connector = KafkaFixture.Open(_harness, _broker.BootstrapServers);
        OutgoingMessage[] messages = [new OutgoingMessage(new byte[1]) { Partition = 0 }];
        await connector.SendAsync("topic", messages, Token);
        await _broker.DelayAsync(1, TimeSpan.FromSeconds(1));
        var sending = connector.SendAsync("topic", messages, Token).AsTask();

        await connector.DisposeAsync();

        Assert.Single(await sending.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, Token));
    }

    private static ReceiveRequest Request(TimeSpan wait, int count) =>
        new("topic", "group") { Wait = wait, MaxMessages = count };

    private async Task SendAsync(string text) =>
        await _connector.SendAsync(
            "topic",
            [new OutgoingMessage(System.Text.Encoding.UTF8.GetBytes(text)) { Partition = 0 }],
            Token
        );

    private async Task<List<Delivery>> ReceiveAsync(int count, TimeSpan? wait = null)
    {
        var all = new List<Delivery>();
        while (all.Count < count)
        {
            all.AddRange(
                await _connector.ReceiveAsync(Request(wait ?? TimeSpan.FromSeconds(20), count - all.Count), Token)
            );
        }

        return all;
    }
}
