using Azure.Storage.Blobs.Models;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Lists blobs page by page, and the versions of one.</summary>
internal sealed class BlobListing(ContainerClients clients, string folder)
{
    public async Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken)
    {
        var marker = ListCursor.Read(options, clients.Container.Name);
        var found = new List<ObjectInfo>();
        do
        {
            // A page is never larger than what is missing, so its marker is always where to go on.
            (var blobs, marker) = await PageAsync(options, options.Limit - found.Count, marker, cancellationToken);
            found.AddRange(blobs.Select(Describe));
        } while (marker is not null && found.Count < options.Limit);

        return new ObjectPage(found, marker is null ? null : ListCursor.Write(options, clients.Container.Name, marker));
    }

    public async Task<IReadOnlyList<ObjectInfo>> VersionsAsync(string key, CancellationToken cancellationToken)
    {
        var versions = new List<(string Id, BlobItem Blob)>();
        var items = clients.Container.GetBlobsAsync(
            BlobTraits.Metadata,
            BlobStates.Version | BlobStates.Snapshots,
            folder + key,
            cancellationToken
        );
        await foreach (var blob in items)
        {
            if (
                string.Equals(blob.Name, folder + key, StringComparison.Ordinal)
                && (blob.Snapshot is { } snapshot ? ContainerClients.VersionOf(snapshot) : blob.VersionId) is { } id
            )
            {
                versions.Add((id, blob));
            }
        }

        return
        [
            .. versions
                .OrderByDescending(version => version.Blob.Snapshot ?? version.Id, StringComparer.Ordinal)
                .Select(version => BlobDescription.Of(key, clients.Blob(key).Uri, version.Blob, version.Id)),
        ];
    }

    private async Task<(IEnumerable<BlobItem> Blobs, string? Marker)> PageAsync(
        ListOptions options,
        int most,
        string? marker,
        CancellationToken cancellationToken
    )
    {
        var prefix = folder + options.Prefix;
        if (options.Recursive)
        {
            var blobs = clients.Container.GetBlobsAsync(
                BlobTraits.Metadata,
                BlobStates.None,
                prefix,
                cancellationToken
            );
            await foreach (var page in blobs.AsPages(marker, most))
            {
                return (page.Values, Next(page.ContinuationToken));
            }
        }
        else
        {
            var items = clients.Container.GetBlobsByHierarchyAsync(
                BlobTraits.Metadata,
                BlobStates.None,
                "/",
                prefix,
                cancellationToken
            );
            await foreach (var page in items.AsPages(marker, most))
            {
                return (page.Values.Where(item => item.IsBlob).Select(item => item.Blob), Next(page.ContinuationToken));
            }
        }

        return ([], null);
    }

    private static string? Next(string? marker) => string.IsNullOrEmpty(marker) ? null : marker;

    private ObjectInfo Describe(BlobItem blob)
    {
        var key = blob.Name[folder.Length..];
        return BlobDescription.Of(key, clients.Blob(key).Uri, blob, blob.VersionId);
    }
}
