using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

public sealed class KafkaConformanceTests(KafkaServer server) : MessagingTests
{
    private readonly ConnectorHarness _harness = new();
    private string _servers = "";

    protected override int? Partitions => KafkaMockBroker.DefaultPartitions;

    // Kafka has no such thing as a repeat of another call.
    protected override bool Deduplicates => false;

    // The mock confirms each message as of a moment in 1970.
    protected override TimeSpan ClockDifference => TimeSpan.MaxValue;

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

    protected override string DeadLettersOf(string topic) => topic + ".dead";
}
