using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class MessagingTests(HostProcess host) : IClassFixture<HostProcess>, IDisposable
{
    private readonly RestClient _rest = host.Client();

    public void Dispose() => _rest.Dispose();

    [Fact]
    public async Task A_message_goes_in_and_comes_out_verbatim()
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        var sent = await SendAsync(
            id,
            """
            {"topic":"user-events","message":{"eventType":"user.created","n":1.50,"big":12345678901234567890},
             "options":{"key":"user-123","partition":0,"headers":{"X-Event-Type":"user.created"}}}
            """
        );
        Assert.Equal(
            ["messageId", "topic", "partition", "offset", "timestamp"],
            sent.Data.AsObject().Select(member => member.Key)
        );
        var received = await _rest.GetAsync($"/v1/integrations/{id}/messaging/receive?topic=user-events");
        var message = Assert.Single(received.Data["messages"]!.AsArray())!.AsObject();
        Assert.Equal(
            ["messageId", "topic", "partition", "offset", "key", "value", "headers", "timestamp"],
            message.Select(member => member.Key)
        );
        Assert.Equal(sent.Data["messageId"]!.GetValue<string>(), message["messageId"]!.GetValue<string>());
        Assert.Contains(
            "\"value\":{\"eventType\":\"user.created\",\"n\":1.50,\"big\":12345678901234567890}",
            received.Body,
            StringComparison.Ordinal
        );
        Assert.Equal("user.created", message["headers"]!["X-Event-Type"]!.GetValue<string>());
        var empty = await _rest.GetAsync($"/v1/integrations/{id}/messaging/receive?topic=user-events&timeout=100");
        Assert.Empty(empty.Data["messages"]!.AsArray());
    }

    [Fact]
    public async Task Manual_receipts_are_acknowledged_one_by_one()
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        await SendAsync(id, """{"topic":"t","message":1}""");
        await SendAsync(id, """{"topic":"t","message":2}""");
        var received = await _rest.GetAsync($"/v1/integrations/{id}/messaging/receive?topic=t&ackMode=manual");
        var receipts = received.Data["messages"]!
            .AsArray()
            .Select(message => message!["receiptHandle"]!.GetValue<string>())
            .ToList();
        Assert.Equal(2, receipts.Count);
        var body = new JsonObject { ["receiptHandles"] = new JsonArray(receipts[0], "foreign") };
        var answer = await _rest.PostAsync($"/v1/integrations/{id}/messaging/ack", body.ToJsonString());
        Assert.Equal(
            ["done", "unknown"],
            answer.Data["results"]!.AsArray().Select(result => result!["outcome"]!.GetValue<string>())
        );
        body = new JsonObject { ["receiptHandles"] = new JsonArray(receipts[1]) };
        await _rest.PostAsync($"/v1/integrations/{id}/messaging/nack", body.ToJsonString());
        var again = await _rest.GetAsync($"/v1/integrations/{id}/messaging/receive?topic=t&ackMode=manual");
        var message = Assert.Single(again.Data["messages"]!.AsArray())!;
        Assert.Equal((2, 2), (message["value"]!.GetValue<int>(), message["deliveryCount"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Lines_are_a_batch_in_order()
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        using var lines = new StringContent(
            string.Join(
                '\n',
                Enumerable
                    .Range(0, 1200)
                    .Select(n => n == 0 ? """{"topic":"b","message":0}""" : $$"""{"message":{{n}}}""")
            )
        );
        lines.Headers.ContentType = new("application/x-ndjson");
        using var response = await _rest.Http.PostAsync($"/v1/integrations/{id}/messaging/batch", lines);
        var answer = await RestAnswer.OfAsync(response);
        Assert.Equal(1200, answer.Data["messages"]!.AsArray().Count);
        var received = await _rest.GetAsync($"/v1/integrations/{id}/messaging/receive?topic=b&maxMessages=1000");
        Assert.Equal(
            Enumerable.Range(0, received.Data["messages"]!.AsArray().Count),
            received.Data["messages"]!.AsArray().Select(message => message!["value"]!.GetValue<int>())
        );
    }

    [Fact]
    public async Task A_repeated_send_with_its_key_is_one_message()
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        var path = $"/v1/integrations/{id}/messaging/send";
        var key = ("Idempotency-Key", "once");
        var first = await _rest.SendAsync(HttpMethod.Post, path, """{"topic":"t","message":1}""", key);
        var second = await _rest.SendAsync(HttpMethod.Post, path, """{"topic":"t","message":1}""", key);
        Assert.Equal(first.Body, second.Body);
        var received = await _rest.GetAsync($"/v1/integrations/{id}/messaging/receive?topic=t");
        Assert.Single(received.Data["messages"]!.AsArray());
    }

    [Theory]
    [InlineData("{}", "topic")]
    [InlineData("""{"topic":"t"}""", "message")]
    [InlineData("""{"topic":"a/b","message":1}""", "topic")]
    [InlineData("""{"topic":"t","message":1,"options":{"partition":9}}""", "options.partition")]
    [InlineData("""{"topic":"t","message":1,"options":{"partition":-1}}""", "options.partition")]
    [InlineData("""{"topic":"t","message":1,"options":{"headers":{"a":1}}}""", "options.headers.a")]
    public async Task A_wrong_message_is_named(string body, string field)
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        var answer = await SendAsync(id, body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task A_subscription_by_lines_delivers_what_is_sent_later()
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        await SendAsync(id, """{"topic":"live","message":{"n":1}}""");
        using var response = await SubscribeAsync(id);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("\"n\":1", await reader.ReadLineAsync(), StringComparison.Ordinal);
        await SendAsync(id, """{"topic":"live","message":{"n":2}}""");
        Assert.Contains("\"n\":2", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_ends_when_its_integration_is_changed()
    {
        var id = await _rest.CreateAsync("messaging", "local-queue");
        await SendAsync(id, """{"topic":"live","message":{"n":1}}""");
        using var response = await SubscribeAsync(id);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("\"n\":1", await reader.ReadLineAsync(), StringComparison.Ordinal);

        await _rest.PatchAsync($"/v1/integrations/{id}", """{"name":"renamed"}""");

        var last = await reader.ReadLineAsync();
        Assert.Contains("INTEGRATION_CHANGED", last, StringComparison.Ordinal);
        Assert.Null(await reader.ReadLineAsync());
    }

    private async Task<HttpResponseMessage> SubscribeAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/integrations/{id}/messaging/subscribe");
        request.Content = new StringContent("""{"open":{"topic":"live"}}""" + "\n");
        request.Content.Headers.ContentType = new("application/x-ndjson");
        return await _rest.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private Task<RestAnswer> SendAsync(string id, string body) =>
        _rest.PostAsync($"/v1/integrations/{id}/messaging/send", body);
}
