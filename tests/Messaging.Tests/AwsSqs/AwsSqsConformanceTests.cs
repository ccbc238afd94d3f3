using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>Standard queues.</summary>
public sealed class AwsSqsConformanceTests(SqsFixture fixture) : MessagingTests
{
    private readonly ConnectorHarness _harness = new();
    private SqsServer _server = null!;

    protected override bool HasOffsets => false;

    protected override bool HasGroups => false;

    protected override bool Deduplicates => false;

    /// <summary>1 MiB as the service counts it: base64, and two attributes.</summary>
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

    protected override IConnector Open() => new AwsSqsConnector(SqsContexts.Context(_harness, _server.Endpoint));

    protected override string DeadLettersOf(string topic) => topic + "-dead";
}
