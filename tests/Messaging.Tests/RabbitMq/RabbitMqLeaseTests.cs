using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

/// <summary>Nothing is taken that nobody asked for, and nothing counts as delivered that was not.</summary>
public sealed class RabbitMqLeaseTests(RabbitMqBroker broker) : RabbitMqFixture(broker)
{
    [Fact]
    public async Task Instance_leaves_to_others_what_it_was_not_asked_for()
    {
        var (one, other) = (Open(), Open());
        await SendAsync(one, "a", "b", "c", "d", "e");
        var first = await ReceiveAsync(one, most: 2);
        Assert.Equal(["a", "b"], first.Select(Read));
        await one.AcknowledgeAsync([first[0].Receipt], Token);

        var rest = await ReceiveAllAsync(other, 3);

        Assert.Equal(["c", "d", "e"], rest.Select(Read));
        Assert.All(rest, message => Assert.Equal(1, message.DeliveryCount));
    }

    [Fact]
    public async Task Lone_receiver_gets_every_message_at_its_first_delivery_while_others_send()
    {
        const int Count = 400;
        var connector = Open();
        var sending = Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    for (var number = 0; number < Count / 4; number++)
                    {
                        await SendAsync(connector, "x");
                    }
                })
        );
        var received = new List<Delivery>();
        while (received.Count < Count)
        {
            var some = await ReceiveAsync(connector, most: 7);
            received.AddRange(some);
            await connector.AcknowledgeAsync([.. some.Select(item => item.Receipt)], Token);
        }

        await sending;
        Assert.All(received, message => Assert.Equal(1, message.DeliveryCount));
    }

    [Fact]
    public async Task Every_message_is_received_once_while_many_receive_and_send()
    {
        const int Count = 600;
        RabbitMqConnector[] instances = [Open(), Open()];
        await SendAsync(instances[0], "first");
        var seen = new ConcurrentQueue<Delivery>();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var receiving = Enumerable.Range(0, 6).Select(member => MemberAsync(instances[member % 2], 1 + (member * 3)));
        var sending = Task.Run(
            async () =>
            {
                for (var number = 1; number < Count; number++)
                {
                    await SendAsync(instances[number % 2], $"m{number}");
                }
            },
            Token
        );
        await Task.WhenAll([sending, .. receiving]);

        Assert.Equal(Count, seen.Count);
        Assert.Equal(Count, seen.Select(Read).Distinct(StringComparer.Ordinal).Count());

        async Task MemberAsync(RabbitMqConnector connector, int most)
        {
            while (seen.Count < Count)
            {
                var received = await ReceiveAsync(connector, most, wait: TimeSpan.FromMilliseconds(200));
                foreach (var message in received)
                {
                    seen.Enqueue(message);
                }

                var outcomes = await connector.AcknowledgeAsync([.. received.Select(item => item.Receipt)], Token);
                Assert.All(outcomes, outcome => Assert.Equal(SettleOutcome.Done, outcome));
            }
        }
    }

    [Fact]
    public async Task Closing_an_instance_gives_its_messages_to_others_at_once()
    {
        var (one, other) = (Open(), Open());
        await SendAsync(one, "leased", "held");
        var taken = await ReceiveAllAsync(one, 2);
        await one.RejectAsync([taken[1].Receipt], Long, deadLetter: false, Token);
        Assert.Empty(await ReceiveAsync(other, wait: TimeSpan.Zero));

        await one.DisposeAsync();

        var received = await ReceiveAllAsync(other, 2);
        Assert.Equal(["held", "leased"], received.Select(Read).Order(StringComparer.Ordinal));
        Assert.All(received, message => Assert.Equal(2, message.DeliveryCount));
        Assert.Equal([SettleOutcome.Expired], await other.AcknowledgeAsync([taken[0].Receipt], Token));
    }

    [Fact]
    public async Task Look_without_waiting_finds_what_is_there()
    {
        var connector = Open();
        await SendAsync(connector, "a", "b", "c");
        Assert.Equal(3, (await ReceiveAsync(connector, wait: TimeSpan.Zero)).Count);
        Assert.Empty(await ReceiveAsync(connector, wait: TimeSpan.Zero));
    }

    [Fact]
    public async Task Message_delivered_too_often_goes_to_the_dead_letters()
    {
        var connector = Open(new JsonObject { ["deliveryLimit"] = 2 });
        await SendAsync(connector, "poison");
        for (var count = 1; count <= 2; count++)
        {
            var message = Assert.Single(await ReceiveAsync(connector));
            Assert.Equal(count, message.DeliveryCount);
            await connector.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter: false, Token);
        }

        var letter = Assert.Single(await ReceiveAsync(connector, topic: Topic + ".dead"));
        Assert.Equal(("poison", 1), (Read(letter), letter.DeliveryCount));
        Assert.Contains("delivery_limit", letter.Headers["x-death"], StringComparison.Ordinal);
        Assert.Empty(await ReceiveAsync(connector, wait: Quiet));

        await connector.RejectAsync([letter.Receipt], TimeSpan.Zero, deadLetter: true, Token);
        Assert.Empty(await ReceiveAsync(connector, wait: Quiet, topic: Topic + ".dead"));
    }

    [Fact]
    public async Task Single_delivery_is_a_limit_too()
    {
        var connector = Open(new JsonObject { ["deliveryLimit"] = 1 });
        await SendAsync(connector, "once");
        Assert.Single(await ReceiveAsync(connector, lease: TimeSpan.FromMilliseconds(100)));
        Assert.Single(await ReceiveAsync(connector, topic: Topic + ".dead"));
    }

    [Fact]
    public async Task Leased_bytes_are_bounded()
    {
        var connector = Open(new JsonObject { ["maxLeasedMegabytes"] = 1 });
        var body = new byte[600 * 1024];
        await connector.SendAsync(Topic, [.. Enumerable.Repeat(new OutgoingMessage(body), 3)], Token);
        var first = Assert.Single(await ReceiveAsync(connector, most: 1));
        Assert.Single(await ReceiveAsync(connector, most: 1));

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => ReceiveAsync(connector, most: 1));
        Assert.Equal(("TOO_MANY_LEASES", ErrorKind.Throttled), (fault.Code, fault.Kind));

        await connector.AcknowledgeAsync([first.Receipt], Token);
        var last = Assert.Single(await ReceiveAsync(connector, most: 1));
        await connector.RejectAsync([last.Receipt], Long, deadLetter: false, Token);
        Assert.InRange(connector.LeasedBytes, body.Length, body.Length + 8192);
    }

    [Fact]
    public async Task What_is_larger_than_asked_for_goes_back_at_once()
    {
        var (one, other) = (Open(), Open());
        var body = new byte[200 * 1024];
        await one.SendAsync(Topic, [.. Enumerable.Repeat(new OutgoingMessage(body), 12)], Token);
        var request = new ReceiveRequest(Topic, Group) { MaxMessages = 100, MaxBytes = 1024 * 1024 };
        Assert.InRange((await one.ReceiveAsync(request with { Wait = Patience }, Token)).Count, 1, 5);
        Assert.InRange((await one.ReceiveAsync(request with { Wait = Patience }, Token)).Count, 1, 5);
        Assert.NotEmpty(await ReceiveAsync(other));
    }

    [Fact]
    public async Task Message_cannot_be_held_longer_than_the_broker_lets_it()
    {
        var connector = Open(new JsonObject { ["maxHoldSeconds"] = 60 });
        var minute = TimeSpan.FromMinutes(1);
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => ReceiveAsync(connector, lease: minute + Quiet));
        Assert.Equal("lease", fault.Field);
        await SendAsync(connector, "a");
        var message = Assert.Single(await ReceiveAsync(connector, lease: Quiet));
        fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.ExtendAsync([message.Receipt], minute, Token)
        );
        Assert.Equal("HELD_TOO_LONG", fault.Code);
        Assert.Equal([SettleOutcome.Done], await connector.ExtendAsync([message.Receipt], minute / 2, Token));
        Assert.Equal([SettleOutcome.Done], await connector.AcknowledgeAsync([message.Receipt], Token));
        Assert.Equal([SettleOutcome.Expired], await connector.ExtendAsync([message.Receipt], minute / 2, Token));
    }

    [Fact]
    public async Task Lease_that_cannot_be_prolonged_does_not_keep_others_from_it()
    {
        var connector = Open(new JsonObject { ["maxHoldSeconds"] = 6 });
        await SendAsync(connector, "early");
        var early = Assert.Single(await ReceiveAsync(connector, lease: Quiet * 6));
        await Task.Delay(Quiet * 2, TimeProvider.System, Token);
        await SendAsync(connector, "late");
        var late = Assert.Single(await ReceiveAsync(connector, lease: Quiet));

        var outcomes = await connector.ExtendAsync([early.Receipt, late.Receipt], Quiet * 5, Token);

        Assert.Equal([SettleOutcome.Expired, SettleOutcome.Done], outcomes);
        await Task.Delay(Quiet * 1.5, TimeProvider.System, Token);
        Assert.Equal(
            [SettleOutcome.Done, SettleOutcome.Done],
            await connector.AcknowledgeAsync([early.Receipt, late.Receipt], Token)
        );
    }

    [Fact]
    public async Task Message_among_the_dead_letters_stays_there_though_another_topic_has_failed()
    {
        var connector = Open();
        var other = Topic + "-full";
        await using (var channel = await OpenForeignAsync())
        {
            var full = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-max-length"] = 1,
                ["x-overflow"] = "reject-publish",
            };
            await channel.QueueDeclareAsync(other + ".dead", true, false, false, full, cancellationToken: Token);
            await channel.BasicPublishAsync(
                "",
                other + ".dead",
                mandatory: false,
                new BasicProperties(),
                new byte[1],
                Token
            );
        }

        await SendAsync(connector, "a");
        await connector.SendAsync(other, [Text("b")], Token);
        var first = Assert.Single(await ReceiveAsync(connector));
        var second = Assert.Single(await ReceiveAsync(connector, topic: other));

        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.RejectAsync([first.Receipt, second.Receipt], TimeSpan.Zero, deadLetter: true, Token)
        );

        Assert.Equal("MESSAGE_NOT_TAKEN", fault.Code);
        Assert.Equal("b", Read(Assert.Single(await ReceiveAsync(connector, topic: other))));
        Assert.Empty(await ReceiveAsync(connector, wait: Quiet));
        Assert.Equal("a", Read(Assert.Single(await ReceiveAsync(connector, topic: Topic + ".dead"))));
    }

    [Fact]
    public async Task Waiting_receiver_gets_the_message_of_a_queue_that_was_deleted_and_made_again()
    {
        var connector = Open();
        var waiting = ReceiveAsync(connector, wait: Long);
        await using var channel = await OpenForeignAsync();
        while (await CountConsumersAsync() == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        await channel.QueueDeleteAsync(Topic, ifUnused: false, ifEmpty: false, cancellationToken: Token);
        var sender = Open();
        while (!waiting.IsCompleted)
        {
            // What comes while the broker deletes the queue is refused, or goes with it.
            await ((Task)SendAsync(sender, "late")).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
            );
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token));
        }

        Assert.Equal("late", Read((await waiting)[0]));

        async Task<uint> CountConsumersAsync()
        {
            await using var looking = await OpenForeignAsync();
            try
            {
                return (await looking.QueueDeclarePassiveAsync(Topic, Token)).ConsumerCount;
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                return 0;
            }
        }
    }
}
