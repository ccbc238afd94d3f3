using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Receiving;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq.Units;

public sealed class LeaseTableTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Leases_that_end_together_go_back_without_waiting_for_answers()
    {
        const int Count = 100;
        var (link, broker) = BrokerStub.Open();
        await using var closing = link;
        broker.Answers[nameof(IChannel.BasicCancelAsync)] = new TaskCompletionSource<string>().Task;
        var table = new LeaseTable(_clock);
        var channel = await ReceiveChannel.OpenAsync(link, table.Drop, _clock);
        for (var number = 0; number < Count; number++)
        {
            table.Add(NewLease(table.NextNumber(), channel, []));
        }

        _clock.Advance(Moment);

        Assert.Equal(Count, broker.Calls.Count(call => call == nameof(IChannel.BasicNackAsync)));
        Assert.DoesNotContain(nameof(IChannel.BasicCancelAsync), broker.Calls);
    }

    [Fact]
    public async Task Headers_count_as_memory()
    {
        var (link, _) = BrokerStub.Open();
        await using var closing = link;
        var table = new LeaseTable(_clock);
        var channel = await ReceiveChannel.OpenAsync(link, table.Drop, _clock);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["large"] = new('x', 100_000) };
        table.Add(NewLease(table.NextNumber(), channel, headers));
        Assert.InRange(table.Bytes, 200_000, 500_000);
        Assert.NotNull(table.Take(1));
        Assert.Equal(0, table.Bytes);
    }

    private Lease NewLease(long number, ReceiveChannel channel, Dictionary<string, string> headers) =>
        new()
        {
            Number = number,
            Channel = channel,
            Fetch = new Fetch("1", most: 1, room: 1, wasCounted: true, startedAt: 0),
            Tag = (ulong)number,
            TakenAt = _clock.GetUtcNow(),
            Until = _clock.GetUtcNow() + Moment,
            Delivery = new Delivery
            {
                MessageId = "id",
                Topic = "topic",
                Receipt = "receipt",
                Body = new byte[1],
                ContentType = "text/plain",
                Timestamp = _clock.GetUtcNow(),
                DeliveryCount = 1,
                LeasedUntil = _clock.GetUtcNow() + Moment,
                Headers = headers,
            },
        };
}
