using Yyc3.Connectors.AwsSqs.Leases;
using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.AwsSqs.Queues;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs.Units;

public sealed class LeaseTableTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeClock _clock = new();
    private readonly LeaseTable _table;

    public LeaseTableTests() => _table = new LeaseTable(memory: 100, _clock);

    private DateTimeOffset Soon => _clock.GetUtcNow() + Minute;

    [Fact]
    public void Settled_lease_keeps_nothing_but_that()
    {
        _table.Add("a", Leased(50) with { Handle = "handle" });
        _table.Settle(ReceiptOf("a"));
        Assert.Equal(new Lease(Soon) { IsSettled = true, MessageId = "id" }, _table.Find("a"));
    }

    [Fact]
    public void Lease_of_another_instance_can_be_settled()
    {
        _table.Settle(ReceiptOf("a"));
        Assert.True(_table.Find("a")!.IsSettled);
    }

    [Fact]
    public void Lease_is_forgotten_when_it_ends()
    {
        _table.Add("a", Leased(50));
        _clock.Advance(Minute);
        _table.Add("b", Leased(50));
        Assert.Null(_table.Find("a"));
        Assert.NotNull(_table.Find("b"));
    }

    [Fact]
    public void Extended_lease_is_kept_to_its_new_end()
    {
        _table.Add("a", Leased(50));
        _table.Extend(ReceiptOf("a"), Soon + Minute);
        _clock.Advance(Minute);
        _table.Add("b", Leased(1));
        Assert.NotNull(_table.Find("a")?.Message);
        _clock.Advance(Minute);
        _table.Add("c", Leased(1));
        Assert.Null(_table.Find("a"));
    }

    [Fact]
    public void Shortened_lease_is_kept_as_long_as_its_receipt_says_otherwise()
    {
        _table.Extend(ReceiptOf("a"), _clock.GetUtcNow());
        _clock.Advance(Minute / 2);
        _table.Add("b", Leased(1));
        Assert.True(_table.Find("a")?.Until < _clock.GetUtcNow());
    }

    [Fact]
    public void Messages_beyond_the_memory_are_not_kept_until_there_is_room()
    {
        _table.Add("a", Leased(60));
        _table.Add("b", Leased(60));
        Assert.Null(_table.Find("b")!.Message);
        _table.Settle(ReceiptOf("a"));
        _table.Add("c", Leased(60));
        Assert.NotNull(_table.Find("c")!.Message);
        _clock.Advance(Minute);
        _table.Add("d", Leased(60));
        Assert.NotNull(_table.Find("d")!.Message);
    }

    [Fact]
    public void Number_of_leases_is_bounded_and_the_one_that_ends_first_goes()
    {
        _table.Add("first", new Lease(Soon - TimeSpan.FromSeconds(1)));
        for (var number = 0; number < 65_536; number++)
        {
            _table.Add($"{number}", new Lease(Soon));
        }

        Assert.Null(_table.Find("first"));
        Assert.NotNull(_table.Find("65535"));
    }

    private Lease Leased(int bytes) => new(Soon) { MessageId = "id", Message = new WireMessage(new byte[bytes], []) };

    private SqsReceipt ReceiptOf(string text) => new(text, new QueueTopic(null, "orders"), Soon, "handle");
}
