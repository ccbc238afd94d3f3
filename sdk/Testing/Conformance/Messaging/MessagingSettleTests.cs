using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Testing.Conformance.Messaging;

/// <summary>Acknowledging, giving back, giving up and prolonging.</summary>
public abstract class MessagingSettleTests : MessagingReceiveTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Acknowledged_message_never_comes_back()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "done");
        var message = await ReceiveOneAsync(topic, lease: ShortLease);
        Assert.Equal([SettleOutcome.Done], await Receiver.AcknowledgeAsync([message.Receipt], Token));
        await PassAsync(ShortLease + Moment);
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task Message_comes_back_when_its_lease_ends_and_the_old_receipt_is_fenced()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "again");
        var first = await ReceiveOneAsync(topic, lease: ShortLease);
        await PassAsync(ShortLease + Moment);

        var second = await ReceiveOneAsync(topic);

        Assert.Equal(first.MessageId, second.MessageId);
        Assert.Equal(2, second.DeliveryCount);
        Assert.NotEqual(first.Receipt, second.Receipt);
        Assert.Equal([SettleOutcome.Expired], await Receiver.AcknowledgeAsync([first.Receipt], Token));
        Assert.Equal(
            [SettleOutcome.Expired],
            await Receiver.RejectAsync([first.Receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        Assert.Equal([SettleOutcome.Done], await Receiver.AcknowledgeAsync([second.Receipt], Token));
    }

    [Fact]
    public async Task Messages_may_be_acknowledged_in_any_order()
    {
        var topic = await NewTopicAsync();
        await Sender.SendAsync(topic, [Text("a", "k"), Text("b", "k"), Text("c", "k")], Token);
        var messages = await ReceiveAsync(topic, 3, lease: ShortLease);
        await Receiver.AcknowledgeAsync([messages[2].Receipt, messages[0].Receipt], Token);
        await PassAsync(ShortLease + Moment);
        Assert.Equal("b", Read(await ReceiveOneAsync(topic)));
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task Each_receipt_has_its_own_outcome()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "a", "b");
        var messages = await ReceiveAsync(topic, 2);
        await Receiver.AcknowledgeAsync([messages[0].Receipt], Token);

        var outcomes = await Receiver.AcknowledgeAsync(
            [messages[0].Receipt, "no receipt at all", messages[1].Receipt],
            Token
        );

        Assert.Equal([SettleOutcome.Expired, SettleOutcome.Unknown, SettleOutcome.Done], outcomes);
    }

    [Fact]
    public async Task Nothing_to_settle_is_no_fault()
    {
        Assert.Empty(await Receiver.AcknowledgeAsync([], Token));
        Assert.Empty(await Receiver.RejectAsync([], TimeSpan.Zero, deadLetter: false, Token));
        Assert.Empty(await Receiver.ExtendAsync([], ShortLease, Token));
    }

    [Fact]
    public async Task Rejected_message_comes_back_at_once()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "again");
        var first = await ReceiveOneAsync(topic);
        Assert.Equal(
            [SettleOutcome.Done],
            await Receiver.RejectAsync([first.Receipt], TimeSpan.Zero, deadLetter: false, Token)
        );

        var second = await ReceiveOneAsync(topic);

        Assert.Equal(first.MessageId, second.MessageId);
        Assert.Equal(2, second.DeliveryCount);
        Assert.Equal([SettleOutcome.Expired], await Receiver.AcknowledgeAsync([first.Receipt], Token));
    }

    [Fact]
    public async Task Rejected_message_stays_away_for_the_delay()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "later");
        var first = await ReceiveOneAsync(topic);
        var delay = ShortLease + ShortLease + Quiet + Quiet;
        await Receiver.RejectAsync([first.Receipt], delay, deadLetter: false, Token);
        if (SupportsDelay)
        {
            await PassAsync(ShortLease);
            await AssertNothingAsync(topic);
            await PassAsync(delay);
        }

        Assert.Equal("later", Read(await ReceiveOneAsync(topic)));
    }

    [Fact]
    public async Task Given_up_message_leaves_the_group_for_the_dead_letters()
    {
        var topic = await NewTopicAsync();
        var sent = Text("poison", "k") with
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Event-Type"] = "t" },
        };
        await Sender.SendAsync(topic, [sent], Token);
        var message = await ReceiveOneAsync(topic, lease: ShortLease);
        Assert.Equal(
            [SettleOutcome.Done],
            await Receiver.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter: true, Token)
        );
        await PassAsync(ShortLease + Moment);
        await AssertNothingAsync(topic);
        if (DeadLettersOf(topic) is { } dead)
        {
            var letter = await ReceiveOneAsync(dead);
            Assert.Equal("poison", Read(letter));
            Assert.Equal("k", letter.Key);
            Assert.Equal("t", letter.Headers["X-Event-Type"]);
        }
    }

    [Fact]
    public async Task Extended_lease_keeps_the_message_and_its_receipt()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "slow");
        var message = await ReceiveOneAsync(topic, lease: ShortLease);
        if (!CanExtend)
        {
            Assert.Equal([SettleOutcome.Unknown], await Receiver.ExtendAsync(["no receipt at all"], ShortLease, Token));
            return;
        }

        var longer = ShortLease + ShortLease + Quiet + Quiet + TimeSpan.FromSeconds(10);
        Assert.Equal([SettleOutcome.Done], await Receiver.ExtendAsync([message.Receipt], longer, Token));
        await PassAsync(ShortLease + Moment);
        await AssertNothingAsync(topic);
        Assert.Equal([SettleOutcome.Done], await Receiver.AcknowledgeAsync([message.Receipt], Token));
    }
}
