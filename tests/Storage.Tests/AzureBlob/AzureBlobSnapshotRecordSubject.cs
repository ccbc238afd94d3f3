using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

/// <summary>With a snapshot behind every upload, which must not change the upload's tag.</summary>
public sealed class AzureBlobSnapshotRecordSubject : StoreSubject
{
    protected override async ValueTask<IObjectStore> OpenStoreAsync(CancellationToken cancellationToken)
    {
        var azure = (await TestContext.Current.GetFixture<AzureBlobFixture>())!;
        return await azure.OpenAsync(snapshots: true, prefix: "records/" + Guid.NewGuid().ToString("N"));
    }
}
