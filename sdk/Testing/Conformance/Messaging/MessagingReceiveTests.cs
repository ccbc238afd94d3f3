using System.Collections.Concurrent;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Testing.Conformance.Messaging;

/// <summary>Receiving: limits, waiting, groups and their members.</summary>
public abstract class MessagingReceiveTests : MessagingSendTests
{
    [Fact]
    public async Task Topic_without_messages_gives_nothing_when_the_wait_is_over()
    {
        var topic = await NewTopicAsync();
        var request = new ReceiveRequest(topic, Group) { Wait = TimeSpan.FromSeconds(2) };
        Assert.Empty(await PassUntilAsync(token => Receiver.ReceiveAsync(request, token)));
    }

    [Fact]
    public async Task Batch_is_bounded_by_the_number_of_messages()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "a", "b", "c", "d", "e");
        var request = new ReceiveRequest(topic, Group) { MaxMessages = 2, Wait = Patience };
        var first = await Receiver.ReceiveAsync(request, Token);
        Assert.InRange(first.Count, 1, 2);

        var rest = await ReceiveAsync(topic, 5 - first.Count);

        Assert.Equal(["a", "b", "c", "d", "e"], first.Concat(rest).Select(Read).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Batch_is_bounded_by_bytes_but_gives_the_first_message()
    {
        var topic = await NewTopicAsync();
        var body = new byte[1000];
        await Sender.SendAsync(
            topic,
            [new OutgoingMessage(body), new OutgoingMessage(body), new OutgoingMessage(body)],
            Token
        );
        var small = new ReceiveRequest(topic, Group) { MaxBytes = 10, Wait = Patience };
        Assert.Single(await Receiver.ReceiveAsync(small, Token));
        var one = new ReceiveRequest(topic, Group) { MaxBytes = 1999, Wait = Patience };
        Assert.Single(await Receiver.ReceiveAsync(one, Token));
        Assert.Single(await Receiver.ReceiveAsync(one, Token));
    }

    [Fact]
    public async Task Waiting_receiver_gets_a_message_sent_later()
    {
        var topic = await NewTopicAsync();
        var request = new ReceiveRequest(topic, Group) { Wait = Patience };
        var waiting = Receiver.ReceiveAsync(request, Token).AsTask();
        await SendAsync(topic, "late");
        Assert.Equal("late", Read(Assert.Single(await waiting)));
    }

    [Fact]
    public async Task Cancelled_receive_ends_as_cancelled()
    {
        var topic = await NewTopicAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var request = new ReceiveRequest(topic, Group) { Wait = TimeSpan.FromMinutes(5) };
        var waiting = Receiver.ReceiveAsync(request, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(waiting.IsCanceled);

        await SendAsync(topic, "after");
        Assert.Equal("after", Read(await ReceiveOneAsync(topic)));
    }

    [Fact]
    public async Task Leased_message_is_kept_from_other_members()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "mine");
        await ReceiveOneAsync(topic);
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task Members_of_a_group_share_the_messages_without_overlap()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, [.. Enumerable.Range(0, 60).Select(number => $"m{number}")]);
        var seen = new ConcurrentQueue<string>();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Task.WhenAll(MemberAsync(), MemberAsync(), MemberAsync());

        async Task MemberAsync()
        {
            var request = new ReceiveRequest(topic, Group) { MaxMessages = 7, Wait = Patience };
            while (seen.Count < 60)
            {
                var receiving = Receiver.ReceiveAsync(request, all.Token).AsTask();
                await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                foreach (var message in receiving.IsCanceled ? [] : await receiving)
                {
                    seen.Enqueue(message.MessageId);
                }
            }

            // The others wait for messages that never come.
            await all.CancelAsync();
        }

        Assert.Equal(60, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Every_group_gets_every_message_from_the_oldest_on()
    {
        var topic = await NewTopicAsync();
        await SendAsync(topic, "a", "b");
        var first = await ReceiveAsync(topic, 2, "first");
        await Receiver.AcknowledgeAsync([.. first.Select(message => message.Receipt)], Token);
        if (!HasGroups)
        {
            await AssertNothingAsync(topic, "second");
            return;
        }

        var second = await ReceiveAsync(topic, 2, "second");
        // Without a key they may lie in two partitions, between which there is no order.
        Assert.Equal(Ids(first), Ids(second));
        Assert.All(second, message => Assert.Equal(1, message.DeliveryCount));

        static IEnumerable<string> Ids(IEnumerable<Delivery> messages) =>
            messages.Select(message => message.MessageId).Order(StringComparer.Ordinal);
    }
}
