using System.Text.Json;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Lists objects page by page, and the generations of one.</summary>
internal sealed class GcsListing(GcsClient client, GcsReading reading, string bucket, ObjectKeys keys)
{
    private const int LargestPage = 1000;

    /// <summary>Folders and placeholders fill pages without being objects; a call gives up looking behind them and says where.</summary>
    private const int MostPages = 20;

    public async Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken)
    {
        var token = ListCursor.Read(options, bucket);
        var query = $"?prefix={Uri.EscapeDataString(keys.ToStoredFolder(options.Prefix))}";
        if (!options.Recursive)
        {
            query += "&delimiter=%2F";
        }

        var found = new List<ObjectInfo>();
        var pages = 0;
        do
        {
            // Folders count against a page, so it is never larger than what is missing and its token is where to go on.
            (var objects, token) = await PageAsync(query, options.Limit - found.Count, token, cancellationToken);
            found.AddRange(objects.Select(Describe).OfType<ObjectInfo>());
        } while (token is not null && found.Count < options.Limit && ++pages < MostPages);

        return new ObjectPage(found, token is null ? null : ListCursor.Write(options, bucket, token));
    }

    public async Task<IReadOnlyList<ObjectInfo>> VersionsAsync(string key, CancellationToken cancellationToken)
    {
        var name = keys.ToStored(key);
        var found = new List<GcsObject>();
        var token = default(string);
        do
        {
            (var objects, token) = await PageAsync(
                $"?versions=true&prefix={Uri.EscapeDataString(name)}",
                LargestPage,
                token,
                cancellationToken
            );
            var own = objects.TakeWhile(one => string.Equals(one.Name, name, StringComparison.Ordinal)).ToList();
            found.AddRange(own);
            // The name itself comes first, then those that only begin like it.
            token = own.Count < objects.Count ? null : token;
        } while (token is not null);

        return
        [
            .. found
                .OrderByDescending(one => one.Generation.Length)
                .ThenByDescending(one => one.Generation, StringComparer.Ordinal)
                .Select(Describe)
                .OfType<ObjectInfo>(),
        ];
    }

    private async Task<(IReadOnlyList<GcsObject> Objects, string? Token)> PageAsync(
        string query,
        int most,
        string? token,
        CancellationToken cancellationToken
    )
    {
        var address = $"{client.Objects}{query}&maxResults={most}";
        if (token is not null)
        {
            address += "&pageToken=" + Uri.EscapeDataString(token);
        }

        try
        {
            var page = await client.SendForJsonAsync(HttpMethod.Get, address, null, cancellationToken);
            return (
                page.TryGetProperty("items", out var items)
                    ? [.. items.EnumerateArray().Select(GcsObject.Read)]
                    : Array.Empty<GcsObject>(),
                page.TryGetProperty("nextPageToken", out var next) && next.ValueKind == JsonValueKind.String
                    ? next.GetString()
                    : null
            );
        }
        catch (ConnectorException missing) when (missing.Kind == ErrorKind.NotFound)
        {
            throw GcsErrors.BucketNotFound();
        }
    }

    /// <summary>Describes an object, unless it is nothing that a caller could ask for.</summary>
    private ObjectInfo? Describe(GcsObject one) =>
        keys.FromStored(one.Name) is { } key
            ? one.ToInfo(key, one.PlainSize ?? one.StoredSize, one.Generation, reading.UrlOf(one.Name))
            : null;
}
