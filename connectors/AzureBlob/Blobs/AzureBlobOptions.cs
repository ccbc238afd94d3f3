using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>The settings of one integration, checked.</summary>
internal sealed record AzureBlobOptions
{
    /// <summary>Address of the blob service of the account.</summary>
    public required Uri Service { get; init; }

    public required string AccountName { get; init; }

    public required string Container { get; init; }

    /// <summary>Empty, or a folder that ends in a slash.</summary>
    public required string Prefix { get; init; }

    /// <summary>Every upload gets a snapshot, which is its version.</summary>
    public required bool TakesSnapshots { get; init; }

    /// <summary>Bytes.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Azure copies no more in one request. Smaller only in tests.</summary>
    public long LargestSingleCopy { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of one block of a larger copy. Smaller only in tests.</summary>
    public long CopiedBlockSize { get; init; } = 64 * 1024 * 1024;

    public required CertificateTrust Trust { get; init; }

    /// <summary>Null when <see cref="SasToken"/> is given.</summary>
    public required string? AccountKey { get; init; }

    /// <summary>Without a leading question mark; null when <see cref="AccountKey"/> is given.</summary>
    public required string? SasToken { get; init; }

    /// <exception cref="ConnectorException">A setting or credential cannot be used.</exception>
    public static AzureBlobOptions From(ConnectorContext context)
    {
        var (settings, credentials) = (context.Settings, context.Credentials);
        var account = settings.GetRequired("accountName");
        var (key, sas) = (credentials.Find("accountKey"), credentials.Find("sasToken")?.TrimStart('?'));
        if (string.IsNullOrEmpty(key) == string.IsNullOrEmpty(sas))
        {
            throw ConnectorException.Invalid("auth.credentials.accountKey", "or sasToken is required, not both");
        }

        if (!string.IsNullOrEmpty(key) && !Convert.TryFromBase64String(key, new byte[key.Length], out _))
        {
            throw ConnectorException.Invalid("auth.credentials.accountKey", "must be base64");
        }

        return new AzureBlobOptions
        {
            Service = ServiceOf(account, settings.Find("endpoint")),
            AccountName = account,
            Container = settings.GetRequired("container"),
            Prefix = ObjectKeys.ReadPrefix(settings.Find("prefix")),
            TakesSnapshots = settings.GetBoolean("snapshots", false),
            BlockSize = settings.GetInt32("blockSize", 8 * 1024 * 1024),
            Trust = CertificateTrust.FromPem(settings.Find("caCertificate")),
            AccountKey = string.IsNullOrEmpty(key) ? null : key,
            SasToken = string.IsNullOrEmpty(sas) ? null : sas,
        };
    }

    /// <summary>Hosts of emulators and proxies do not begin with the account's name: there it is the first part of the path.</summary>
    private static Uri ServiceOf(string account, string? endpoint)
    {
        if (string.IsNullOrEmpty(endpoint))
        {
            return new Uri($"https://{account}.blob.core.windows.net");
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw ConnectorException.Invalid("config.endpoint", "must be an absolute http or https address");
        }

        var isInHost = address.Host.StartsWith(account + ".", StringComparison.OrdinalIgnoreCase);
        return isInHost || address.AbsolutePath.Length > 1
            ? address
            : new Uri(address.GetLeftPart(UriPartial.Authority) + "/" + account);
    }
}
