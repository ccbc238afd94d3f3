using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueueRecordTests : MessageRecordTests
{
    private readonly FakeClock _clock = new();
    private readonly ConnectorHarness _harness;

    public LocalQueueRecordTests() => _harness = new ConnectorHarness { Time = _clock };

    protected override TimeSpan Quiet => TimeSpan.Zero;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _harness.Dispose();
    }

    protected override IConnector Open() => new LocalQueueConnector(_harness.Context(new { partitions = 3 }));

    protected override async Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await Task.Yield();
    }
}
