using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

public static class GcsConformance
{
    public sealed class Manifest : ManifestTests<GcsConnector>;

    public sealed class Objects(GcsFixture gcs) : ObjectStoreTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync();
    }

    public sealed class Listings(GcsFixture gcs) : ObjectListingTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync();
    }

    public sealed class Confined(GcsFixture gcs) : ObjectListingTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync("confined/here");
    }

    public sealed class Ranges(GcsFixture gcs) : ObjectRangeTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync();
    }

    public sealed class Transfers(GcsFixture gcs) : ObjectTransferTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync();
    }

    public sealed class Treatments(GcsFixture gcs) : ObjectTreatmentTests
    {
        /// <summary>Encryption is the service's: nobody sees it from here.</summary>
        protected override async ValueTask<byte[]?> ReadStoredAsync(string key)
        {
            var server = await gcs.DoubleAsync();
            var address = $"{server.Endpoint}/storage/v1/b/{GcsServer.Bucket}/o/{Uri.EscapeDataString(key)}";
            using var http = new HttpClient(new SocketsHttpHandler());
            http.DefaultRequestHeaders.Authorization = new("Bearer", GcsServer.Token);
            // Without it the service unpacks what is stored.
            http.DefaultRequestHeaders.AcceptEncoding.Add(new("gzip"));
            var description = await http.GetStringAsync(new Uri(address));
            return description.Contains("yyc3-encoding", StringComparison.Ordinal)
                ? await http.GetByteArrayAsync(new Uri(address + "?alt=media"))
                : null;
        }

        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync();
    }

    public sealed class Versions(GcsFixture gcs) : ObjectVersionTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenDoubleAsync();
    }
}
