using System.Globalization;
using System.Text;
using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>
/// The emulator keeps nothing by itself; its front journals what it confirms. So this shows that a send returns no earlier than
/// the service has confirmed it, not that the service is durable.
/// </summary>
public sealed class AwsSqsServerLossTests : ServerLossTests
{
    private const string Topic = "loss";

    private readonly ConnectorHarness _harness = new();
    private SqsServer _server = null!;
    private AwsSqsConnector _connector = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await SqsServer.StartAsync();
        _connector = new AwsSqsConnector(SqsContexts.Context(_harness, _server.Endpoint));
    }

    public override async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _server.DisposeAsync();
        _harness.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{worker} {number}");
        await _connector.SendAsync(Topic, [new OutgoingMessage(Encoding.UTF8.GetBytes(text))], cancellationToken);
    }

    protected override Task KillServerAsync() => _server.KillAsync();

    protected override Task StartServerAsync() => _server.StartAgainAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var missing = acknowledged
            .Select(call => string.Create(CultureInfo.InvariantCulture, $"{call.Worker} {call.Number}"))
            .ToHashSet(StringComparer.Ordinal);
        var request = new ReceiveRequest(Topic, "all") { MaxMessages = 200, Lease = TimeSpan.FromMinutes(5) };
        while (await _connector.ReceiveAsync(request, cancellationToken) is { Count: > 0 } batch)
        {
            missing.ExceptWith(batch.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
            await _connector.AcknowledgeAsync([.. batch.Select(message => message.Receipt)], cancellationToken);
        }

        Assert.Empty(missing);
    }
}
