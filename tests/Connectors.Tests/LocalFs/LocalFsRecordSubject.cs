using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

public sealed class LocalFsRecordSubject : StoreSubject
{
    private readonly ConnectorHarness _harness = new();

    protected override ValueTask<IObjectStore> OpenStoreAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IObjectStore>(new LocalFsConnector(_harness.Context()));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _harness.Dispose();
    }
}
