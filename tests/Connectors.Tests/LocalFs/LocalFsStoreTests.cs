using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

public sealed class LocalFsStoreTests : ObjectStoreTests
{
    private readonly ConnectorHarness _harness = new();

    protected override ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IObjectStore>(new LocalFsConnector(_harness.Context()));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _harness.Dispose();
    }
}
