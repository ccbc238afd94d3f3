using System.Text;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

/// <summary>A broker of its own that runs out of memory.</summary>
public sealed class RabbitMqAlarmTests
{
    private const string Topic = "alarm";

    [Fact]
    public async Task Broker_that_is_short_of_memory_takes_nothing_and_says_so_and_gives_on()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        using var harness = new ConnectorHarness();
        await using var server = await RabbitMqServer.StartAsync();
        var context = harness.Context(
            new { host = "127.0.0.1", port = server.Port },
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["username"] = RabbitMqServer.User,
                ["password"] = RabbitMqServer.Password,
            }
        );
        var options = RabbitMqOptions.Read(context) with { ConfirmTimeout = TimeSpan.FromSeconds(2) };
        await using var connector = new RabbitMqConnector(context, options);
        await SendAsync("before");

        await server.ControlAsync("set_vm_memory_high_watermark", "0.00001");
        Assert.Equal(("BROKER_BLOCKED", ErrorKind.Timeout), await FailAsync());
        Assert.Equal(("BROKER_BLOCKED", ErrorKind.Throttled), await FailAsync());
        var report = await connector.CheckAsync(limit.Token);
        Assert.Equal(
            ("BROKER_BLOCKED", HealthState.Degraded, true),
            (report.Code, report.Connection, report.Retryable)
        );
        var request = new ReceiveRequest(Topic, "workers") { Wait = TimeSpan.FromSeconds(10) };
        var received = Assert.Single(await connector.ReceiveAsync(request, limit.Token));
        Assert.Equal("before", Encoding.UTF8.GetString(received.Body.Span));
        Assert.Equal([SettleOutcome.Done], await connector.AcknowledgeAsync([received.Receipt], limit.Token));

        await server.ControlAsync("set_vm_memory_high_watermark", "0.9");
        while (await FailAsync() is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }

        Assert.True((await connector.CheckAsync(limit.Token)).IsHealthy);

        ValueTask<IReadOnlyList<SendReceipt>> SendAsync(string text) =>
            connector.SendAsync(Topic, [new OutgoingMessage(Encoding.UTF8.GetBytes(text))], limit.Token);

        async Task<(string Code, ErrorKind Kind)?> FailAsync()
        {
            try
            {
                await SendAsync("blocked");
                return null;
            }
            catch (ConnectorException fault)
            {
                return (fault.Code, fault.Kind);
            }
        }
    }
}
