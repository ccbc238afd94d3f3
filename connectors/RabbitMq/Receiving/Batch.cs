using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>What one receive has taken from the broker, before it is leased.</summary>
internal sealed class Batch(
    ReceiveRequest request,
    ReceiveChannel channel,
    Fetch fetch,
    IReadOnlyList<ArrivedMessage> arrived,
    SizeEstimate sizes,
    LeaseTable leases,
    LeaseReceipt receipts,
    TimeProvider time
)
{
    /// <summary>Leases what fits and gives the rest back.</summary>
    public IReadOnlyList<Delivery> Lease()
    {
        var fitting = CountFitting();
        var now = time.GetUtcNow();
        var deliveries = new Delivery[fitting];
        for (var i = 0; i < fitting; i++)
        {
            deliveries[i] = Lease(arrived[i], now);
        }

        if (fitting < arrived.Count)
        {
            _ = GiveBackAsync(fitting);
        }

        return deliveries;
    }

    /// <summary>Gives everything back.</summary>
    public Task GiveBackAsync() => GiveBackAsync(0);

    private int CountFitting()
    {
        var bytes = 0L;
        var fitting = 0;
        foreach (var message in arrived)
        {
            sizes.See(message.Size);
            bytes += message.Size;
            if (message.Body is not null && (fitting == 0 || bytes <= request.MaxBytes))
            {
                fitting++;
            }
        }

        return fitting;
    }

    private Delivery Lease(ArrivedMessage message, DateTimeOffset now)
    {
        var number = leases.NextNumber();
        var delivery = DeliveryForm.Read(message, request.Topic, receipts.Write(number), now, now + request.Lease);
        leases.Add(
            new Lease
            {
                Number = number,
                Channel = channel,
                Fetch = fetch,
                Tag = message.Tag,
                TakenAt = now,
                Delivery = delivery,
                Properties = message.Properties,
                Until = now + request.Lease,
            }
        );
        return delivery;
    }

    private async Task GiveBackAsync(int first)
    {
        if (first < arrived.Count)
        {
            await fetch.Ending;
            await channel.ReleaseAsync([.. arrived.Skip(first).Select(message => message.Tag)]);
        }
    }
}
