using System.Globalization;
using System.Text;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

public sealed class RabbitMqServerLossTests : ServerLossTests
{
    private const string Topic = "loss";

    private readonly ConnectorHarness _harness = new();
    private RabbitMqServer _server = null!;
    private RabbitMqConnector _connector = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await RabbitMqServer.StartAsync();
        _connector = _harness.Open(_server);
        await _connector.SendAsync(Topic, [new OutgoingMessage("-1.-1"u8.ToArray())], CancellationToken.None);
        // The broker writes the registration of a new quorum queue half a second late; killed before that it loses the queue.
        await _server.ControlAsync("eval", "[dets:sync(Table) || Table <- dets:all()].");
    }

    public override async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _server.DisposeAsync();
        _harness.Dispose();
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{worker}.{number}"));
        await _connector.SendAsync(Topic, [new OutgoingMessage(body)], cancellationToken);
        if (number % 8 == 7)
        {
            // The other connection has to come back too.
            await _connector.ReceiveAsync(new ReceiveRequest("nothing", "workers"), cancellationToken);
        }
    }

    protected override Task KillServerAsync() => _server.KillAsync();

    protected override Task StartServerAsync() => _server.RestartAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var missing = acknowledged.ToHashSet();
        var request = new ReceiveRequest(Topic, "workers") { MaxMessages = 250, Wait = TimeSpan.FromSeconds(5) };
        while (missing.Count > 0)
        {
            var received = await _connector.ReceiveAsync(request, cancellationToken);
            Assert.True(received.Count > 0, $"{missing.Count} of {acknowledged.Count} confirmed messages are lost.");
            foreach (var message in received)
            {
                var parts = Encoding.UTF8.GetString(message.Body.Span).Split('.');
                missing.Remove(
                    (
                        int.Parse(parts[0], CultureInfo.InvariantCulture),
                        int.Parse(parts[1], CultureInfo.InvariantCulture)
                    )
                );
            }

            await _connector.AcknowledgeAsync([.. received.Select(message => message.Receipt)], cancellationToken);
        }
    }
}
