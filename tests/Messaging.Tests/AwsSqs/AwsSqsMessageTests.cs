using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>What messages look like in the queue, to other programs and from them.</summary>
public sealed class AwsSqsMessageTests(SqsFixture fixture) : SqsTests(fixture)
{
    [Fact]
    public async Task Twelve_headers_and_odd_ones_survive()
    {
        var headers = Enumerable
            .Range(0, 12)
            .ToDictionary(
                number => $"header {number} é",
                number => number % 2 == 0 ? "" : "a\0\n✓",
                StringComparer.Ordinal
            );
        await SendAsync(Queue, Text("x") with { Headers = headers });
        Assert.Equal(headers, (await ReceiveOneAsync(Queue)).Headers);
    }

    [Fact]
    public async Task Headers_at_the_limit_of_attributes_survive()
    {
        var headers = Enumerable.Range(0, 9).ToDictionary(number => $"h{number}", _ => "消息", StringComparer.Ordinal);
        await SendAsync(Queue, Text("x") with { Headers = headers });
        Assert.Equal(headers, (await ReceiveOneAsync(Queue)).Headers);
    }

    [Fact]
    public async Task Text_can_be_read_by_others_as_it_is()
    {
        await SendAsync(Queue, Text("""{"note":"é"}""") with { ContentType = "application/json" });
        var message = (await InspectAsync(Queue)).GetProperty("messages").GetProperty("ready")[0];
        Assert.Equal("""{"note":"é"}""", message.GetProperty("body").GetString());
        var type = message.GetProperty("messageAttributes").GetProperty("Content-Type").GetProperty("StringValue");
        Assert.Equal("application/json", type.GetString());
    }

    [Fact]
    public async Task Message_of_another_sender_can_be_read()
    {
        await SendAsync(Queue, Text("makes the queue"));
        using var other = OpenClient();
        var url = await other.GetQueueUrlAsync(Queue, account: null, Token);
        WireAttribute[] attributes =
        [
            new("Count", "Number.int", "7"),
            new("Blob", "Binary", Convert.ToBase64String([0, 1, 2])),
            new("Text", "String.custom", "é"),
        ];
        await other.SendAsync(url, new WireMessage("aGVsbG8="u8.ToArray(), attributes), Token);

        var message = (await ReceiveAsync(Queue)).Single(one => Read(one) != "makes the queue");

        Assert.Equal("aGVsbG8=", Read(message));
        Assert.Equal("text/plain", message.ContentType);
        Assert.Null(message.Key);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Count"] = "7",
                ["Blob"] = "AAEC",
                ["Text"] = "é",
            },
            message.Headers
        );
    }

    [Fact]
    public async Task Body_that_only_claims_to_be_base64_is_given_as_it_is()
    {
        await SendAsync(Queue, Text("makes the queue"));
        using var other = OpenClient();
        var url = await other.GetQueueUrlAsync(Queue, account: null, Token);
        WireAttribute[] claim = [new(AttributeNames.Encoding, WireAttribute.Text, AttributeNames.Base64)];
        await other.SendAsync(url, new WireMessage("not base64!"u8.ToArray(), claim), Token);
        Assert.Contains("not base64!", (await ReceiveAsync(Queue)).Select(Read));
    }

    [Fact]
    public async Task Largest_text_survives_and_one_byte_more_is_refused()
    {
        var attributes = "Content-TypeStringtext/plain".Length;
        var largest = Text(new string('"', (1024 * 1024) - attributes));
        await SendAsync(Queue, largest);
        Assert.Equal(largest.Body.ToArray(), (await ReceiveOneAsync(Queue)).Body.ToArray());
        var refusal = await RefusedAsync(Queue, Text(new string('"', (1024 * 1024) - attributes + 1)));
        Assert.Equal("message", refusal.Field);
    }

    [Fact]
    public async Task Binary_message_given_up_is_the_same_among_the_dead_letters()
    {
        var sent = new OutgoingMessage(new byte[] { 0, 255, 1 })
        {
            ContentType = "application/octet-stream",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["a b"] = "" },
        };
        await SendAsync(Queue, sent);
        var message = await ReceiveOneAsync(Queue);
        await Connector.RejectAsync([message.Receipt], TimeSpan.Zero, deadLetter: true, Token);

        var letter = await ReceiveOneAsync(Queue + "-dead");

        Assert.Equal(sent.Body.ToArray(), letter.Body.ToArray());
        Assert.Equal(sent.ContentType, letter.ContentType);
        Assert.Equal(sent.Headers, letter.Headers);
    }
}
