using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>FIFO queues, which recognise repeats.</summary>
public sealed class AwsSqsFifoRecordTests(SqsFixture fixture) : MessageRecordTests
{
    private readonly ConnectorHarness _harness = new();
    private SqsServer _server = null!;

    protected override string TopicEnd => ".fifo";

    public override async ValueTask InitializeAsync()
    {
        _server = await fixture.ServerAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _harness.Dispose();
    }

    protected override IConnector Open() => new AwsSqsConnector(SqsContexts.Context(_harness, _server.Endpoint));
}
