using System.Text;
using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs.Units;

public sealed class MessageEncoderTests
{
    private readonly MessageEncoder _encoder = new(ordersWithoutKey: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("{\"订单\":\"é\"}")]
    [InlineData("tab\t line\r\n")]
    [InlineData("🎉 beyond the basic plane")]
    [InlineData("\uFEFFmark \uFFFD")]
    public void Text_travels_as_it_is(string text)
    {
        var wire = Encode(Message(text));
        Assert.Equal(text, Encoding.UTF8.GetString(wire.Body.Span));
        Assert.Equal([AttributeNames.ContentType], wire.Attributes.Select(attribute => attribute.Name));
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0x0B })]
    [InlineData(new byte[] { 0x1F })]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xEF, 0xBF, 0xBE })]
    [InlineData(new byte[] { 0xEF, 0xBF, 0xBF })]
    public void What_the_service_does_not_take_as_text_travels_as_base64(byte[] body)
    {
        var wire = Encode(new OutgoingMessage(body));
        Assert.Equal(Convert.ToBase64String(body), Encoding.ASCII.GetString(wire.Body.Span));
        Assert.Equal(body, new MessageDecoder(wire).Body().ToArray());
    }

    [Fact]
    public void Size_at_the_limit_is_taken_and_one_byte_more_is_not()
    {
        var text = new byte[MessageEncoder.LargestMessage - "Content-TypeStringapplication/json".Length];
        text.AsSpan().Fill((byte)'x');
        Assert.Equal(MessageEncoder.LargestMessage, Encode(new OutgoingMessage(text)).Size);
        Refuses(
            "message",
            new OutgoingMessage(
                new byte[text.Length + 1]
                    .Select(_ => (byte)'x')
                    .ToArray()
            )
        );
        Refuses("message", new OutgoingMessage(text) { Key = "k" }, isFifo: false);
        Assert.NotNull(_encoder.Encode(new OutgoingMessage(text) { Key = "k" }, isFifo: true));
        Refuses("message", new OutgoingMessage(new byte[MessageEncoder.LargestMessage * 3 / 4]));
        Refuses("message", new OutgoingMessage(new byte[MessageEncoder.LargestMessage + 1]));
    }

    [Fact]
    public void What_cannot_be_sent_is_named()
    {
        Refuses("contentType", Message("x") with { ContentType = "" });
        Refuses("contentType", Message("x") with { ContentType = "text/é" });
        Refuses("contentType", Message("x") with { ContentType = new string('a', 257) });
        Refuses("options.key", Message("x") with { Key = "" });
        Refuses("options.key", Message("x") with { Key = "a\0" });
        Refuses("options.key", Message("x") with { Key = "\uD800" });
        Refuses("deduplicationKey", Message("x") with { DeduplicationKey = "\uD800" });
        Refuses("options.headers", Message("x") with { Headers = Headers(("a", "\uDC00")) });
        Refuses("options.headers", Message("x") with { Headers = Headers(("\uDC00", "a")) });
        Refuses("options.partition", Message("x") with { Partition = 0 });
    }

    [Fact]
    public void Headers_are_attributes_when_they_can_be()
    {
        var wire = Encode(Message("x") with { Headers = Headers(("trace", "1"), ("X-Event.Type", "é")) });
        Assert.Equal(["Content-Type", "trace", "X-Event.Type"], wire.Attributes.Select(attribute => attribute.Name));
    }

    [Theory]
    [InlineData("with space", "v")]
    [InlineData("é", "v")]
    [InlineData("", "v")]
    [InlineData("a..b", "v")]
    [InlineData(".a", "v")]
    [InlineData("a.", "v")]
    [InlineData("AWS.a", "v")]
    [InlineData("amazon.a", "v")]
    [InlineData("Content-Type", "v")]
    [InlineData("yyc3.headers", "v")]
    [InlineData("yyc3.encoding", "base64")]
    [InlineData("yyc3.key", "v")]
    [InlineData("empty", "")]
    [InlineData("control", "a\0b")]
    public void Headers_that_cannot_be_attributes_travel_together(string name, string value)
    {
        var headers = Headers((name, value), ("other", "消息"));
        var wire = Encode(Message("x") with { Headers = headers });
        Assert.Equal(["Content-Type", "yyc3.headers"], wire.Attributes.Select(attribute => attribute.Name));
        Assert.All(wire.Attributes, attribute => Assert.True(Ascii.IsValid(attribute.Value)));
        Assert.Equal(headers, new MessageDecoder(wire).Headers());
    }

    [Theory]
    [InlineData(8, 10)]
    [InlineData(9, 3)]
    public void Attributes_are_never_more_than_ten(int headers, int attributes)
    {
        var names = Headers([.. Enumerable.Range(0, headers).Select(number => ($"h{number}", "v"))]);
        var wire = Encode(Message("x") with { Headers = names, Key = "k" });
        Assert.Equal(attributes, wire.Attributes.Count);
        Assert.Equal(names, new MessageDecoder(wire).Headers());
    }

    [Fact]
    public void Headers_attribute_of_another_sender_is_a_header()
    {
        foreach (var value in (string[])["no json", "[1]", """{"a":1}""", """{"a":"\ud800"}"""])
        {
            var wire = new WireMessage("x"u8.ToArray(), [new WireAttribute("yyc3.headers", "String", value)]);
            Assert.Equal(Headers(("yyc3.headers", value)), new MessageDecoder(wire).Headers());
        }
    }

    [Theory]
    [InlineData("customer-7", true)]
    [InlineData("yyc3-no-key", false)]
    [InlineData("yyc3-no-key-1", false)]
    [InlineData("with space", false)]
    [InlineData("消息", false)]
    public void Key_is_the_group_where_it_can_be_and_comes_back_always(string key, bool isGroup)
    {
        var wire = _encoder.Encode(Message("x") with { Key = key }, isFifo: true);
        Assert.Equal(isGroup, string.Equals(wire.GroupId, key, StringComparison.Ordinal));
        Assert.InRange(wire.GroupId!.Length, 1, 128);
        Assert.Equal(key, new MessageDecoder(wire).Key());
    }

    [Fact]
    public void Long_keys_have_groups_of_their_own()
    {
        var one = _encoder.Encode(Message("x") with { Key = new string('a', 200) }, isFifo: true);
        var other = _encoder.Encode(Message("x") with { Key = new string('a', 201) }, isFifo: true);
        Assert.NotEqual(one.GroupId, other.GroupId);
        Assert.Equal(
            one.GroupId,
            _encoder.Encode(Message("y") with { Key = new string('a', 200) }, isFifo: true).GroupId
        );
    }

    [Fact]
    public void Messages_without_a_key_share_a_group_or_have_one_each()
    {
        var independent = new MessageEncoder(ordersWithoutKey: false);
        Assert.Equal(Group(_encoder), Group(_encoder));
        Assert.NotEqual(Group(independent), Group(independent));

        static string Group(MessageEncoder encoder)
        {
            var wire = encoder.Encode(Message("x"), isFifo: true);
            Assert.Null(new MessageDecoder(wire).Key());
            return wire.GroupId!;
        }
    }

    [Fact]
    public void Repeats_are_told_by_their_key_only()
    {
        Assert.NotEqual(RepeatId(null), RepeatId(null));
        Assert.Equal("order-1", RepeatId("order-1"));
        Assert.Equal(RepeatId("消息"), RepeatId("消息"));
        Assert.InRange(RepeatId(new string('a', 500)).Length, 1, 128);

        string RepeatId(string? key) =>
            _encoder.Encode(Message("x") with { DeduplicationKey = key }, isFifo: true).DeduplicationId!;
    }

    private static OutgoingMessage Message(string text) => new(Encoding.UTF8.GetBytes(text));

    private static Dictionary<string, string> Headers(params (string Name, string Value)[] headers) =>
        headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal);

    private void Refuses(string field, OutgoingMessage message, bool isFifo = false)
    {
        var refusal = Assert.Throws<ConnectorException>(() => _encoder.Encode(message, isFifo));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.Equal(field, refusal.Field);
    }

    private WireMessage Encode(OutgoingMessage message) => _encoder.Encode(message, isFifo: false);
}
