using Yyc3.Connectors.AwsSqs.Leases;
using Yyc3.Connectors.AwsSqs.Queues;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs.Units;

public sealed class ReceiptFormatTests
{
    private static readonly DateTimeOffset End = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly QueueTopic Longest = new(null, new string('q', 75) + ".fifo");

    private readonly ReceiptFormat _format = new("int-1");

    [Theory]
    [InlineData(null, "orders")]
    [InlineData("123456789012", "orders.fifo")]
    public void Receipt_is_read_as_it_was_written(string? account, string name)
    {
        var made = _format.Make(new QueueTopic(account, name), End, "AQEB+/handle==");
        Assert.Equal(made, _format.Find(made.Text));
        Assert.Equal("AQEB+/handle==", made.Handle);
    }

    [Fact]
    public void Handle_of_the_service_s_length_has_room_beside_the_longest_name()
    {
        var made = _format.Make(Longest, End, new string('h', 412));
        Assert.NotNull(made.Handle);
        Assert.InRange(made.Text.Length, 1, 512);
    }

    [Fact]
    public void Handle_that_is_longer_stays_out()
    {
        var made = _format.Make(Longest, End, new string('h', 1024));
        Assert.Null(made.Handle);
        Assert.InRange(made.Text.Length, 1, 512);
        Assert.Equal(made, _format.Find(made.Text));
        Assert.NotEqual(made.Text, _format.Make(Longest, End, new string('h', 1024)).Text);
    }

    [Fact]
    public void Receipt_of_another_integration_is_none() =>
        Assert.Null(_format.Find(new ReceiptFormat("int-2").Make(Longest, End, "handle").Text));

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("no receipt at all")]
    [InlineData("h123456:")]
    [InlineData("h:::::::::::::::::::::::")]
    public void Anything_else_is_none(string text) => Assert.Null(_format.Find(text));

    [Fact]
    public void Damaged_receipt_is_none()
    {
        var text = _format.Make(new QueueTopic(null, "orders"), End, "handle").Text;
        Assert.Null(_format.Find(text[..^"handle".Length]));
        Assert.Null(_format.Find("x" + text[1..]));
        Assert.Null(_format.Find(text.Replace("orders", "or ders", StringComparison.Ordinal)));
        Assert.Null(_format.Find(text.Replace("orders", "a/b/orders", StringComparison.Ordinal)));
        Assert.Null(_format.Find(text[..7] + "zzzzzzzzzzz" + text[18..]));
        Assert.NotNull(_format.Find(text[..7] + "fffffffffff" + text[18..]));
        Assert.Null(_format.Find(text + new string('h', 512)));
    }
}
