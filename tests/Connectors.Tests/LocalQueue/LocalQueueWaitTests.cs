using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

/// <summary>The clock stands still: a receiver that wakes was woken, it did not just look again.</summary>
public sealed class LocalQueueWaitTests : LocalQueueFixture
{
    private static readonly TimeSpan Half = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Receiver_wakes_when_a_message_is_sent()
    {
        var queue = Open();
        var waiting = ReceiveAsync(queue, Long);
        await SendAsync(queue, "hello");
        Assert.Equal("hello", Read(Assert.Single(await waiting)));
    }

    [Fact]
    public async Task Receiver_wakes_when_another_instance_sends()
    {
        var waiting = ReceiveAsync(Open(), Long);
        await SendAsync(Open(), "hello");
        Assert.Equal("hello", Read(Assert.Single(await waiting)));
    }

    [Fact]
    public async Task Receiver_wakes_when_a_lease_ends()
    {
        var queue = Open();
        await SendAsync(queue, "again");
        await ReceiveAsync(queue, lease: Half);
        var waiting = ReceiveAsync(queue, Long);
        Clock.Advance(Half);
        Assert.Equal(2, Assert.Single(await waiting).DeliveryCount);
    }

    [Fact]
    public async Task Receiver_that_waited_already_wakes_when_a_later_lease_ends()
    {
        var queue = Open();
        var members = new List<Task<IReadOnlyList<Delivery>>>
        {
            ReceiveAsync(queue, Long, Half),
            ReceiveAsync(queue, Long, Half),
        };
        await SendAsync(queue, "one");
        await Task.WhenAny(members);
        Clock.Advance(Half);
        var received = await Task.WhenAll(members);
        Assert.Equal([1, 2], received.Select(batch => Assert.Single(batch).DeliveryCount).Order());
    }

    [Fact]
    public async Task Receiver_wakes_when_a_delay_is_over()
    {
        var queue = Open();
        await SendAsync(queue, "later");
        var message = Assert.Single(await ReceiveAsync(queue));
        await queue.RejectAsync([message.Receipt], Half, deadLetter: false, Token);
        var waiting = ReceiveAsync(queue, Long);
        Clock.Advance(Half);
        Assert.Equal(2, Assert.Single(await waiting).DeliveryCount);
    }

    [Fact]
    public async Task Receiver_wakes_when_another_member_gives_a_message_back()
    {
        var queue = Open();
        await SendAsync(queue, "back");
        var message = Assert.Single(await ReceiveAsync(queue));
        var waiting = ReceiveAsync(queue, Long);
        await queue.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter: false, Token);
        Assert.Equal(2, Assert.Single(await waiting).DeliveryCount);
    }

    [Fact]
    public async Task Message_is_not_given_before_its_lease_ends()
    {
        var queue = Open();
        await SendAsync(queue, "held");
        await ReceiveAsync(queue, lease: Half);
        Clock.Advance(Half - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await ReceiveAsync(queue));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task Receipt_counts_no_longer_than_its_lease_even_if_nobody_took_the_message()
    {
        var queue = Open();
        await SendAsync(queue, "slow");
        var message = Assert.Single(await ReceiveAsync(queue, lease: Half));
        Assert.Equal(Clock.GetUtcNow() + Half, message.LeasedUntil);
        Clock.Advance(Half);
        Assert.Equal([SettleOutcome.Expired], await queue.AcknowledgeAsync([message.Receipt], Token));
        Assert.Single(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task Cancelled_receiver_leaves_no_lease_behind()
    {
        var queue = Open();
        for (var round = 0; round < 50; round++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var request = new ReceiveRequest(Topic, Group) { Wait = Long, Lease = Long };
            var waiting = queue.ReceiveAsync(request, cancel.Token).AsTask();
            var sending = SendAsync(queue, $"{round}");
            await Task.WhenAll(sending, cancel.CancelAsync());
            await ((Task)waiting).ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing
            );

            // The clock stands: a lease left behind would never end.
            var messages = waiting.IsCanceled ? await ReceiveAsync(queue, Long) : await waiting;

            var message = Assert.Single(messages);
            Assert.Equal(($"{round}", 1), (Read(message), message.DeliveryCount));
            await queue.AcknowledgeAsync([message.Receipt], Token);
        }
    }

    [Fact]
    public async Task Receiver_cancelled_between_two_transactions_gives_the_first_back()
    {
        var clock = new HookedClock();
        using var harness = new ConnectorHarness { Time = clock };
        await using var queue = new LocalQueueConnector(harness.Context());
        await SendAsync(queue, [.. Enumerable.Range(0, 300).Select(number => $"{number}")]);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var reads = 0;
        clock.OnRead = () =>
        {
            if (Interlocked.Increment(ref reads) == 2)
            {
                cancel.Cancel();
            }
        };
        var request = new ReceiveRequest(Topic, Group) { MaxMessages = 300, Lease = Long };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            queue.ReceiveAsync(request, cancel.Token).AsTask()
        );

        var received = new List<Delivery>();
        while (received.Count < 300)
        {
            received.AddRange(await ReceiveAsync(queue, Long));
        }

        Assert.All(received, message => Assert.Equal(1, message.DeliveryCount));
    }
}
