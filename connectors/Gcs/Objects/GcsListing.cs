using System.Text.Json;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Lists objects page by page, and the generations of one.</summary>
internal sealed class GcsListing(GcsClient client, GcsReading reading, string bucket, string folder)
{
    private const int LargestPage = 1000;

    public async Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken)
    {
        var token = ListCursor.Read(options, bucket);
        var query = $"?prefix={Uri.EscapeDataString(folder + options.Prefix)}";
        if (!options.Recursive)
        {
            query += "&delimiter=%2F";
        }

        var found = new List<ObjectInfo>();
        do
        {
            // Folders count against a page, so it is never larger than what is missing and its token is where to go on.
            (var objects, token) = await PageAsync(query, options.Limit - found.Count, token, cancellationToken);
            found.AddRange(objects.Select(Describe));
        } while (token is not null && found.Count < options.Limit);

        return new ObjectPage(found, token is null ? null : ListCursor.Write(options, bucket, token));
    }

    public async Task<IReadOnlyList<ObjectInfo>> VersionsAsync(string key, CancellationToken cancellationToken)
    {
        var name = folder + key;
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
            found.AddRange(objects.Where(one => string.Equals(one.Name, name, StringComparison.Ordinal)));
        } while (token is not null);

        return
        [
            .. found
                .OrderByDescending(one => one.Generation.Length)
                .ThenByDescending(one => one.Generation, StringComparer.Ordinal)
                .Select(Describe),
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

    private ObjectInfo Describe(GcsObject one) =>
        one.ToInfo(one.Name[folder.Length..], one.PlainSize ?? one.StoredSize, one.Generation, reading.UrlOf(one.Name));
}
