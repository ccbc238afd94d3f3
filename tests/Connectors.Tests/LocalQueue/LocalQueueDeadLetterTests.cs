using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueueDeadLetterTests : LocalQueueFixture
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Message_whose_leases_all_ended_goes_to_the_dead_letters()
    {
        var queue = Open(new { maxDeliveries = 3 });
        await queue.SendAsync(Topic, [Text("poison", "k"), Text("good", "k")], Token);
        var good = (await ReceiveAsync(queue, lease: Second))[1];
        await queue.AcknowledgeAsync([good.Receipt], Token);
        for (var delivery = 2; delivery <= 3; delivery++)
        {
            Clock.Advance(Second);
            Assert.Equal(delivery, Assert.Single(await ReceiveAsync(queue, lease: Second)).DeliveryCount);
        }

        Clock.Advance(Second);
        Assert.Empty(await ReceiveAsync(queue));

        var letter = Assert.Single(await ReceiveAsync(queue, topic: Topic + ".dead"));
        Assert.Equal(("poison", "k", 1), (Read(letter), letter.Key, letter.DeliveryCount));
        Assert.Equal(Topic, letter.Headers["x-dead-topic"]);
        Assert.Equal(Group, letter.Headers["x-dead-group"]);
        Assert.Equal("max-deliveries", letter.Headers["x-dead-reason"]);
        Assert.Equal("3", letter.Headers["x-dead-deliveries"]);
    }

    [Fact]
    public async Task Message_rejected_too_often_goes_to_the_dead_letters()
    {
        var queue = Open(new { maxDeliveries = 2 });
        await SendAsync(queue, "poison");
        await RejectAsync(queue, deadLetter: false);
        await RejectAsync(queue, deadLetter: false);
        Assert.Empty(await ReceiveAsync(queue));
        var letter = Assert.Single(await ReceiveAsync(queue, topic: Topic + ".dead"));
        Assert.Equal("2", letter.Headers["x-dead-deliveries"]);
    }

    [Fact]
    public async Task Message_given_up_says_who_gave_it_up()
    {
        var queue = Open();
        await SendAsync(queue, "poison");
        var waiting = ReceiveAsync(queue, Long, topic: Topic + ".dead");
        await RejectAsync(queue, deadLetter: true);
        var letter = Assert.Single(await waiting);
        Assert.Equal("rejected", letter.Headers["x-dead-reason"]);
        Assert.Equal("1", letter.Headers["x-dead-deliveries"]);
    }

    [Fact]
    public async Task Other_groups_still_get_a_message_that_one_gave_up()
    {
        var queue = Open();
        await SendAsync(queue, "poison");
        await RejectAsync(queue, deadLetter: true);
        Assert.Single(await ReceiveAsync(queue, group: "others"));
    }

    [Fact]
    public async Task Dead_letters_are_delivered_without_limit_and_have_no_dead_letters()
    {
        var queue = Open(new { maxDeliveries = 1 });
        await SendAsync(queue, "poison");
        await RejectAsync(queue, deadLetter: true);
        for (var delivery = 1; delivery < 4; delivery++)
        {
            await RejectAsync(queue, deadLetter: false, Topic + ".dead");
        }

        await RejectAsync(queue, deadLetter: true, Topic + ".dead");
        Assert.Empty(await ReceiveAsync(queue, topic: Topic + ".dead"));
        Assert.Empty(await ReceiveAsync(queue, topic: Topic + ".dead.dead"));
    }

    private async Task RejectAsync(LocalQueueConnector queue, bool deadLetter, string topic = Topic)
    {
        var message = Assert.Single(await ReceiveAsync(queue, topic: topic));
        Assert.Equal(
            [SettleOutcome.Done],
            await queue.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter, Token)
        );
    }
}
