using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

public sealed class AzureBlobRecordSubject : StoreSubject
{
    protected override async ValueTask<IObjectStore> OpenStoreAsync(CancellationToken cancellationToken)
    {
        var azure = (await TestContext.Current.GetFixture<AzureBlobFixture>())!;
        return await azure.OpenAsync(prefix: "records/" + Guid.NewGuid().ToString("N"));
    }
}
