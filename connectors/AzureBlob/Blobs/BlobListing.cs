using Azure.Storage.Blobs.Models;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Lists blobs page by page, and the versions of one.</summary>
internal sealed class BlobListing(ContainerClients clients)
{
    /// <summary>Folders and placeholders fill pages without being objects; a call gives up looking behind them and says where.</summary>
    private const int MostPages = 20;

    /// <summary>Marks the placeholders of folders in accounts with a hierarchical namespace.</summary>
    private const string FolderMark = "hdi_isfolder";

    public async Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken)
    {
        var marker = ListCursor.Read(options, clients.Container.Name);
        var found = new List<ObjectInfo>();
        var pages = 0;
        do
        {
            // A page is never larger than what is missing, so its marker is always where to go on.
            (var blobs, marker) = await PageAsync(options, options.Limit - found.Count, marker, cancellationToken);
            found.AddRange(blobs.Select(Describe).OfType<ObjectInfo>());
        } while (marker is not null && found.Count < options.Limit && ++pages < MostPages);

        return new ObjectPage(found, marker is null ? null : ListCursor.Write(options, clients.Container.Name, marker));
    }

    public async Task<IReadOnlyList<ObjectInfo>> VersionsAsync(string key, CancellationToken cancellationToken)
    {
        var name = clients.Keys.ToStored(key);
        var versions = new List<(string Id, BlobItem Blob)>();
        var items = clients.Container.GetBlobsAsync(
            BlobTraits.Metadata,
            BlobStates.Version | BlobStates.Snapshots,
            name,
            cancellationToken
        );
        await foreach (var blob in items)
        {
            // The name itself comes first, then those that only begin like it.
            if (!string.Equals(blob.Name, name, StringComparison.Ordinal))
            {
                break;
            }

            if ((blob.Snapshot is { } snapshot ? ContainerClients.VersionOf(snapshot) : blob.VersionId) is { } id)
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
        var prefix = clients.Keys.ToStoredFolder(options.Prefix);
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

    /// <summary>Describes a blob, unless it is nothing that a caller could ask for.</summary>
    private ObjectInfo? Describe(BlobItem blob) =>
        !IsFolder(blob) && clients.Keys.FromStored(blob.Name) is { } key
            ? BlobDescription.Of(key, clients.Blob(key).Uri, blob, blob.VersionId)
            : null;

    private static bool IsFolder(BlobItem blob) =>
        blob.Metadata?.TryGetValue(FolderMark, out var mark) == true
        && string.Equals(mark, "true", StringComparison.OrdinalIgnoreCase);
}
