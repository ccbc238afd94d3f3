using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueuePartitionTests : LocalQueueFixture
{
    // A change of these values would part the messages of one key at an update: never adjust them.
    [Theory]
    [InlineData("", 1)]
    [InlineData("a", 0)]
    [InlineData("customer-7", 2)]
    [InlineData("客户", 5)]
    [InlineData("order.created", 4)]
    public async Task Key_belongs_to_the_same_partition_for_ever(string key, int partition)
    {
        var queue = Open(new { partitions = 8 });
        Assert.Equal(partition, Assert.Single(await queue.SendAsync(Topic, [Text("x", key)], Token)).Partition);
    }

    [Fact]
    public async Task Offsets_of_each_partition_start_at_zero_and_grow_by_one()
    {
        var queue = Open(new { partitions = 2 });
        foreach (var partition in new[] { 0, 1 })
        {
            for (var offset = 0; offset < 4; offset++)
            {
                var message = Text("x") with { Partition = partition };
                var receipt = Assert.Single(await queue.SendAsync(Topic, [message], Token));
                Assert.Equal((partition, offset), (receipt.Partition, receipt.Offset));
            }
        }
    }

    [Fact]
    public async Task Messages_without_a_key_are_dealt_out_in_turn()
    {
        var queue = Open(new { partitions = 3 });
        var receipts = await SendAsync(queue, "a", "b", "c", "d", "e", "f");
        Assert.Equal([0, 1, 2, 0, 1, 2], receipts.Select(receipt => receipt.Partition!.Value));
    }

    [Fact]
    public async Task Topic_keeps_the_partitions_it_was_made_with()
    {
        await SendAsync(Open(new { partitions = 2 }), "old");
        var queue = Open(new { partitions = 5 });
        var refusal = await Assert.ThrowsAsync<ConnectorException>(() =>
            queue.SendAsync(Topic, [Text("x") with { Partition = 2 }], Token).AsTask()
        );
        Assert.Equal("options.partition", refusal.Field);
        await queue.SendAsync("newer", [Text("x") with { Partition = 4 }], Token);
    }

    [Fact]
    public async Task Busy_partition_does_not_starve_the_others()
    {
        var queue = Open(new { partitions = 2 });
        var busy = Enumerable.Range(0, 20).Select(number => Text($"b{number}") with { Partition = 0 });
        await queue.SendAsync(Topic, [.. busy, Text("quiet") with { Partition = 1 }], Token);
        var first = await ReceiveAsync(queue, most: 2);
        var second = await ReceiveAsync(queue, most: 2);
        Assert.Contains("quiet", first.Concat(second).Select(Read));
    }

    [Fact]
    public async Task Messages_of_a_partition_are_leased_in_the_order_of_their_offsets()
    {
        var queue = Open();
        await SendAsync(queue, [.. Enumerable.Range(0, 300).Select(number => $"{number}")]);
        var offsets = new List<long>();
        while (offsets.Count < 300)
        {
            offsets.AddRange((await ReceiveAsync(queue, most: 70)).Select(message => message.Offset!.Value));
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(number => (long)number), offsets);
    }
}
