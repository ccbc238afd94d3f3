using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

public sealed class GcsRecordSubject : StoreSubject
{
    protected override async ValueTask<IObjectStore> OpenStoreAsync(CancellationToken cancellationToken)
    {
        var gcs = (await TestContext.Current.GetFixture<GcsFixture>())!;
        return await gcs.OpenDoubleAsync("records/" + Guid.NewGuid().ToString("N"));
    }
}
