using System.Collections.Concurrent;
using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

/// <summary>The old and the new instance overlap while settings change.</summary>
public sealed class LocalQueueInstanceTests : LocalQueueFixture
{
    [Fact]
    public async Task Two_instances_give_each_message_its_own_offset_and_one_member()
    {
        LocalQueueConnector[] instances = [Open(), Open()];
        var received = new ConcurrentQueue<Delivery>();
        var receiving = Array.ConvertAll(instances, ReceiveAllAsync);
        var receipts = await Task.WhenAll(
            Enumerable.Range(0, 400).Select(number => SendAsync(instances[number % 2], $"{number}"))
        );
        await Task.WhenAll(receiving);

        Assert.Equal(
            Enumerable.Range(0, 400).Select(number => (long)number),
            receipts.Select(list => list[0].Offset!.Value).Order()
        );
        Assert.Equal(
            Enumerable.Range(0, 400).Select(number => (long)number),
            received.Select(message => message.Offset!.Value).Order()
        );

        async Task ReceiveAllAsync(LocalQueueConnector instance)
        {
            while (received.Count < 400)
            {
                foreach (var message in await ReceiveAsync(instance, most: 5))
                {
                    received.Enqueue(message);
                }
            }
        }
    }

    [Fact]
    public async Task Receipt_of_one_instance_counts_at_the_other()
    {
        var old = Open();
        await SendAsync(old, "x");
        var message = Assert.Single(await ReceiveAsync(old));
        Assert.Equal([SettleOutcome.Done], await Open().AcknowledgeAsync([message.Receipt], Token));
        Assert.Equal([SettleOutcome.Expired], await old.AcknowledgeAsync([message.Receipt], Token));
    }

    [Fact]
    public async Task Receipt_of_another_integration_or_a_made_up_one_is_unknown()
    {
        var queue = Open();
        await SendAsync(queue, "x");
        var receipt = Assert.Single(await ReceiveAsync(queue)).Receipt;
        await using var other = new LocalQueueConnector(Harness.Context(integrationId: "int-other"));
        await other.SendAsync(Topic, [Text("x")], Token);
        await ReceiveAsync(other);

        Assert.Equal([SettleOutcome.Unknown], await other.AcknowledgeAsync([receipt], Token));

        var parts = receipt.Split('.');
        var never = string.Join('.', [.. parts[..3], "7", parts[4]]);
        var guessed = string.Join('.', [.. parts[..4], "0000000000000001"]);
        Assert.Equal(
            [SettleOutcome.Unknown, SettleOutcome.Expired],
            await queue.AcknowledgeAsync([never, guessed], Token)
        );
        Assert.Equal([SettleOutcome.Done], await queue.AcknowledgeAsync([receipt], Token));
    }
}
