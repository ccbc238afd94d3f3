using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>Membership: who has which partition, and what that does to receipts and offsets.</summary>
public sealed class KafkaGroupTests(KafkaServer server) : KafkaFixture(server)
{
    [Fact]
    public async Task Caller_slower_than_the_poll_interval_keeps_its_partitions()
    {
        var connector = Open(options => options with { PollTime = options.SessionTime });
        await SendAsync(
            connector,
            [.. Enumerable.Range(0, 8).Select(number => Text($"m{number}", partition: number % 4))]
        );
        var first = await ReceiveAllAsync(connector, 4);

        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Token);

        Assert.All(await AcknowledgeAsync(connector, first), outcome => Assert.Equal(SettleOutcome.Done, outcome));
        var rest = await ReceiveAllAsync(connector, 4);
        Assert.All(rest, message => Assert.Equal(1, message.DeliveryCount));
        Assert.Equal(
            8,
            first.Concat(rest).Select(message => message.MessageId).Distinct(StringComparer.Ordinal).Count()
        );
    }

    [Fact]
    public async Task Two_members_have_each_partition_once()
    {
        var (one, other) = (Open(), Open());
        await SendToAllPartitionsAsync(one, "first");
        var leased = await ReceiveAllAsync(one, 4);
        await AcknowledgeAsync(one, leased);
        await SendToAllPartitionsAsync(one, "second");
        var moved = await ReceiveAllAsync(other, 2);
        var kept = await ReceiveAllAsync(one, 2);

        Assert.Equal([0, 1, 2, 3], moved.Concat(kept).Select(message => message.Partition!.Value).Order());
    }

    [Fact]
    public async Task Receipt_from_before_a_rebalance_has_ended_and_its_message_is_with_the_other_member()
    {
        var (one, other) = (Open(), Open());
        await SendToAllPartitionsAsync(one, "m");
        var leased = await ReceiveAllAsync(one, 4);

        var moved = await ReceiveAllAsync(other, 2);

        var outcomes = await AcknowledgeAsync(one, leased);
        var partitions = moved.Select(message => message.Partition).ToList();
        Assert.Equal(
            leased.Select(message =>
                partitions.Contains(message.Partition) ? SettleOutcome.Expired : SettleOutcome.Done
            ),
            outcomes
        );
        Assert.Equal([SettleOutcome.Done, SettleOutcome.Done], await AcknowledgeAsync(other, moved));
    }

    [Fact]
    public async Task What_was_acknowledged_is_committed_before_a_partition_moves()
    {
        var (one, other) = (Open(), Open());
        await SendToAllPartitionsAsync(one, "first");
        await SendToAllPartitionsAsync(one, "second");
        var leased = await ReceiveAllAsync(one, 8);
        await AcknowledgeAsync(one, leased.Where(message => message.Offset == 0));

        var moved = await ReceiveAllAsync(other, 2);

        Assert.All(moved, message => Assert.Equal(1, message.Offset));
    }

    [Fact]
    public async Task Message_handled_behind_one_that_is_not_comes_again_to_the_next_instance_only()
    {
        var one = Open();
        await SendAsync(one, Text("a", partition: 0), Text("b", partition: 0), Text("c", partition: 0));
        var leased = await ReceiveAllAsync(one, 3);
        await AcknowledgeAsync(one, leased[2]);
        await AcknowledgeAsync(one, leased[0]);
        await one.DisposeAsync();

        var again = await ReceiveAllAsync(Open(), 2);

        Assert.Equal(["b", "c"], again.Select(Read));
    }

    [Fact]
    public async Task Receipt_of_a_former_instance_has_ended_and_that_of_another_integration_is_unknown()
    {
        var former = Open();
        await SendAsync(former, Text("a"));
        var leased = await ReceiveAllAsync(former, 1);
        Assert.Equal([SettleOutcome.Unknown], await AcknowledgeAsync(Open(integrationId: "int-other"), leased));
        await former.DisposeAsync();

        Assert.Equal([SettleOutcome.Expired], await AcknowledgeAsync(Open(), leased));
    }

    [Fact]
    public async Task Consumer_without_calls_leaves_its_group_but_not_while_a_message_is_leased()
    {
        var connector = Open(options => options with { IdleTime = TimeSpan.FromSeconds(1) });
        await SendAsync(connector, Text("a"));
        var leased = await ReceiveAllAsync(connector, 1);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Token);
        Assert.Equal(2, connector.PoolUsage.Open);

        Assert.Equal([SettleOutcome.Done], await AcknowledgeAsync(connector, leased));
        while (connector.PoolUsage.Open > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        await SendAsync(connector, Text("b"));
        Assert.Equal("b", Read(Assert.Single(await ReceiveAsync(connector))));
    }

    [Fact]
    public async Task More_consumers_than_allowed_replace_an_idle_one_or_are_refused()
    {
        var connector = Open(options => options with { MaxConsumers = 1 });
        await SendAsync(connector, Text("a"));
        var leased = await ReceiveAllAsync(connector, 1);
        var request = new ReceiveRequest(Topic, Group + "-2") { Wait = TimeSpan.FromSeconds(20) };
        var refusal = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.ReceiveAsync(request, Token)
        );
        Assert.Equal("TOO_MANY_CONSUMERS", refusal.Code);

        await AcknowledgeAsync(connector, leased);
        Assert.Single(await connector.ReceiveAsync(request, Token));
    }

    [Fact]
    public async Task Consumers_that_leave_are_bounded_too()
    {
        const int Most = 2;
        var connector = Open(options => options with { MaxConsumers = Most });
        await SendAsync(connector, Text("a"));
        var refusals = new List<ConnectorException>();
        for (var number = 0; number < 20; number++)
        {
            try
            {
                await connector.ReceiveAsync(new ReceiveRequest(Topic, $"{Group}-{number}"), Token);
            }
            catch (ConnectorException refusal)
            {
                refusals.Add(refusal);
            }

            Assert.InRange(connector.PoolUsage.Open, 1, (Most * 2) + 1);
        }

        Assert.NotEmpty(refusals);
        Assert.All(
            refusals,
            refusal => Assert.Equal((ErrorKind.Throttled, "TOO_MANY_CONSUMERS"), (refusal.Kind, refusal.Code))
        );
    }

    [Fact]
    public async Task Message_that_is_held_back_keeps_its_consumer_in_the_group()
    {
        var connector = Open(options => options with { IdleTime = TimeSpan.FromSeconds(1) });
        await SendAsync(connector, Text("a"));
        var leased = Assert.Single(await ReceiveAllAsync(connector, 1));
        await connector.RejectAsync([leased.Receipt], TimeSpan.FromSeconds(4), deadLetter: false, Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Token);

        var again = Assert.Single(await ReceiveAsync(connector));

        Assert.Equal(("a", 2), (Read(again), again.DeliveryCount));
    }

    private async Task SendToAllPartitionsAsync(KafkaConnector connector, string text) =>
        await SendAsync(connector, [.. Enumerable.Range(0, 4).Select(number => Text(text, partition: number))]);
}
