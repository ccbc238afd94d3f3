using Amazon;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Settings;

/// <summary>What an integration's settings come to.</summary>
internal sealed record AwsS3Options
{
    private const int LeastPartSize = 5 * 1024 * 1024;
    private const int MostPartSize = 512 * 1024 * 1024;

    /// <summary>Region of the bucket, and the name that requests are signed for.</summary>
    public required string Region { get; init; }

    public required string Bucket { get; init; }

    /// <summary>The store's address; null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    public bool ForcePathStyle { get; init; }

    /// <summary>What every key begins with: empty, or a folder that ends in a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>CRC32 with every object, not only where the protocol demands one.</summary>
    public bool AlwaysChecksum { get; init; }

    public bool ChunkedEncoding { get; init; }

    /// <summary>The store looks at If-None-Match when an upload in parts is completed.</summary>
    public bool ConditionalMultipart { get; init; }

    public int PartSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>Parts of one upload in memory at once.</summary>
    public int MaxConcurrency { get; init; } = 3;

    /// <summary>Connections at once.</summary>
    public int PoolSize { get; init; } = 64;

    public string? KmsKeyId { get; init; }

    public CertificateTrust Trust { get; init; } = CertificateTrust.System;

    /// <summary>Larger objects are copied part by part; S3 copies no more than 5 GiB in one request.</summary>
    public long LargestSingleCopy { get; init; } = 5L * 1024 * 1024 * 1024;

    /// <summary>Bytes per part of such a copy, unless there would be too many.</summary>
    public long SmallestCopiedPart { get; init; } = 128L * 1024 * 1024;

    public static AwsS3Options From(ConnectorSettings settings)
    {
        var endpoint = Address(settings.Find("endpoint"));
        var isAmazon = endpoint is null;
        return new AwsS3Options
        {
            Region = CheckedRegion(settings.GetRequired("region"), isAmazon),
            Bucket = CheckedBucket(settings.GetRequired("bucket")),
            Endpoint = endpoint,
            ForcePathStyle = settings.GetBoolean("forcePathStyle", !isAmazon),
            Prefix = ObjectKeys.ReadPrefix(settings.Find("prefix")),
            AlwaysChecksum = Checksums(settings.Find("checksums"), isAmazon),
            ChunkedEncoding = settings.GetBoolean("chunkedEncoding", isAmazon),
            ConditionalMultipart = settings.GetBoolean("conditionalMultipart", isAmazon),
            PartSize = settings.GetInt32("partSize", 8 * 1024 * 1024, LeastPartSize, MostPartSize),
            MaxConcurrency = settings.GetInt32("maxConcurrency", 3, 1, 16),
            PoolSize = settings.GetInt32("poolSize", 64, 1, 1000),
            KmsKeyId = settings.Find("kmsKeyId") is { Length: > 0 } key ? key : null,
            Trust = CertificateTrust.FromPem(settings.Find("caCertificate")),
        };
    }

    private static Uri? Address(string? endpoint)
    {
        if (string.IsNullOrEmpty(endpoint))
        {
            return null;
        }

        return
            Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
            ? address
            : throw ConnectorException.Invalid(
                "config.endpoint",
                "must be https:// or http://, a host and maybe a port"
            );
    }

    private static string CheckedRegion(string region, bool isAmazon)
    {
        // Another store names its region as it likes, but the name becomes part of the signature.
        var isKnown = isAmazon
            ? RegionEndpoint.EnumerableAllRegions.Any(known => known.SystemName == region)
            : region.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
        return isKnown ? region : throw ConnectorException.Invalid("config.region", "Invalid AWS region");
    }

    private static string CheckedBucket(string bucket)
    {
        var isName =
            bucket.Length is >= 3 and <= 255
            && bucket.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            && !bucket.Contains("..", StringComparison.Ordinal)
            && char.IsAsciiLetterOrDigit(bucket[0])
            && char.IsAsciiLetterOrDigit(bucket[^1]);
        if (!isName)
        {
            throw ConnectorException.Invalid("config.bucket", "is not the name of a bucket");
        }

        // They list in no order and have sessions of their own instead of plain signatures.
        return bucket.EndsWith("--x-s3", StringComparison.Ordinal)
            ? throw ConnectorException.Invalid("config.bucket", "is a directory bucket, which is not supported")
            : bucket;
    }

    private static bool Checksums(string? mode, bool isAmazon) =>
        mode switch
        {
            null => isAmazon,
            "when-supported" => true,
            "when-required" => false,
            _ => throw ConnectorException.Invalid("config.checksums", "must be when-supported or when-required"),
        };
}
