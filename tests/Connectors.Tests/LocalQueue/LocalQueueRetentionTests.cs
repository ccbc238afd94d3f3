using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueueRetentionTests : LocalQueueFixture
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly object Hourly = new { retentionSeconds = 3600 };

    [Fact]
    public async Task Old_messages_go_and_offsets_go_on()
    {
        var queue = Open(Hourly);
        await SendAsync(queue, "a", "b");
        Clock.Advance(Long / 2);
        await SendAsync(queue, "c");
        Clock.Advance((Long / 2) + Minute);
        await UntilKeptAsync(queue, 1);

        Assert.Equal("c", Read(Assert.Single(await ReceiveAsync(queue))));
        Assert.Equal(3, Assert.Single(await SendAsync(queue, "d")).Offset);
    }

    [Fact]
    public async Task Message_stays_until_its_time_is_over()
    {
        var queue = Open(Hourly);
        await SendAsync(queue, "kept");
        Clock.Advance(Long - Minute);
        Assert.Single(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task Group_goes_on_behind_what_was_deleted()
    {
        var queue = Open(Hourly);
        await SendAsync(queue, "a", "b", "c");
        var first = Assert.Single(await ReceiveAsync(queue, most: 1));
        Clock.Advance(Long + Minute);
        await UntilKeptAsync(queue, 0);

        Assert.Empty(await ReceiveAsync(queue));
        Assert.Equal([SettleOutcome.Expired], await queue.AcknowledgeAsync([first.Receipt], Token));
        await SendAsync(queue, "d");
        Assert.Equal(["d"], (await ReceiveAsync(queue)).Select(Read));
    }

    [Fact]
    public async Task Many_old_messages_of_many_partitions_all_go()
    {
        var queue = Open(new { retentionSeconds = 3600, partitions = 100 });
        for (var round = 0; round < 3; round++)
        {
            await SendAsync(queue, [.. Enumerable.Range(0, 1000).Select(number => $"{number}")]);
        }

        // More than one transaction's worth: the sweep goes on by itself, and again a minute later.
        Clock.Advance(Long + Minute);
        while ((await ReceiveAsync(queue, group: Guid.NewGuid().ToString("N"), most: 1)).Count > 0)
        {
            Clock.Advance(Minute);
        }
    }

    [Fact]
    public async Task Deduplication_key_is_forgotten_after_a_day()
    {
        var queue = Open();
        var message = Text("x") with { DeduplicationKey = "k" };
        var first = Assert.Single(await queue.SendAsync(Topic, [message], Token));
        Clock.Advance(TimeSpan.FromHours(24) - Minute);
        Assert.Equal(first, Assert.Single(await queue.SendAsync(Topic, [message], Token)));
        Clock.Advance(Minute);
        Assert.Equal(1, Assert.Single(await queue.SendAsync(Topic, [message], Token)).Offset);
    }

    [Fact]
    public async Task Deduplication_key_repeated_in_one_call_counts_once()
    {
        var queue = Open();
        var message = Text("x") with { DeduplicationKey = "k" };
        var receipts = await queue.SendAsync(Topic, [message, message], Token);
        Assert.Equal(receipts[0], receipts[1]);
        await queue.SendAsync("another", [message], Token);
        Assert.Single(await ReceiveAsync(queue));
        Assert.Single(await ReceiveAsync(queue, topic: "another"));
    }

    /// <summary>The sweep runs beside the clock, and a minute later again.</summary>
    private async Task UntilKeptAsync(LocalQueueConnector queue, int messages)
    {
        while ((await ReceiveAsync(queue, group: Guid.NewGuid().ToString("N"))).Count > messages)
        {
            Clock.Advance(Minute);
        }
    }
}
