using System.Text.Json.Nodes;
using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>FIFO queues whose messages without a key do not wait for each other.</summary>
public sealed class AwsSqsFifoConformanceTests(SqsFixture fixture) : MessagingTests
{
    private readonly ConnectorHarness _harness = new();
    private SqsServer _server = null!;

    protected override string TopicEnd => ".fifo";

    protected override bool HasOffsets => false;

    protected override bool HasGroups => false;

    protected override int LargestBody => 786_300;

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

    protected override IConnector Open() =>
        new AwsSqsConnector(
            SqsContexts.Context(_harness, _server.Endpoint, new JsonObject { ["fifoWithoutKey"] = "independent" })
        );

    protected override string DeadLettersOf(string topic) => topic[..^TopicEnd.Length] + "-dead" + TopicEnd;
}
