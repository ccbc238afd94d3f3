using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

public sealed class KafkaRecordTests(KafkaServer server) : MessageRecordTests
{
    private readonly ConnectorHarness _harness = new();
    private string _servers = "";

    public override async ValueTask InitializeAsync()
    {
        _servers = (await server.BrokerAsync()).BootstrapServers;
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _harness.Dispose();
    }

    protected override IConnector Open() => KafkaFixture.Open(_harness, _servers);
}
