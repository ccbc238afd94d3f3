using System.Text.Json.Nodes;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

public sealed class RabbitMqRecordTests(RabbitMqBroker broker) : MessageRecordTests
{
    private readonly ConnectorHarness _harness = new();
    private RabbitMqServer _server = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await broker.GetServerAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _harness.Dispose();
    }

    protected override IConnector Open() => _harness.Open(_server, new JsonObject());
}
