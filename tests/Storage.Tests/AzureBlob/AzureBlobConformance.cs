using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

public static class AzureBlobConformance
{
    public sealed class Manifest : ManifestTests<AzureBlobConnector>;

    public sealed class Objects(AzureBlobFixture azure) : ObjectStoreTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync();
    }

    public sealed class Listings(AzureBlobFixture azure) : ObjectListingTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync();
    }

    public sealed class Confined(AzureBlobFixture azure) : ObjectListingTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync(prefix: "confined/here");
    }

    public sealed class Ranges(AzureBlobFixture azure) : ObjectRangeTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync();
    }

    public sealed class Transfers(AzureBlobFixture azure) : ObjectTransferTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync();
    }

    public sealed class Treatments(AzureBlobFixture azure) : ObjectTreatmentTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync();

        /// <summary>Encryption is the service's: nobody sees it from here.</summary>
        protected override async ValueTask<byte[]?> ReadStoredAsync(string key)
        {
            var blob = AzureBlobFixture.Client(await azure.ServerAsync()).GetBlockBlobClient(key);
            var stored = await blob.DownloadContentAsync(TestContext.Current.CancellationToken);
            return stored.Value.Details.Metadata.ContainsKey("yyc3_encoding") ? stored.Value.Content.ToArray() : null;
        }
    }

    public sealed class Snapshots(AzureBlobFixture azure) : ObjectVersionTests
    {
        /// <summary>Azure deletes a blob only together with its snapshots.</summary>
        protected override bool KeepsVersionsOfDeleted => false;

        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await azure.OpenAsync(snapshots: true);
    }
}
