using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>The settings of one integration, checked.</summary>
internal sealed record GcsOptions
{
    private const int ChunkUnit = 256 * 1024;

    /// <summary>Address of the service, without a slash at its end.</summary>
    public required string Endpoint { get; init; }

    public required string Bucket { get; init; }

    /// <summary>Null bills the bucket's own project.</summary>
    public required string? BilledProject { get; init; }

    /// <summary>Empty, or a folder that ends in a slash.</summary>
    public required string Prefix { get; init; }

    /// <summary>Bytes.</summary>
    public required int ChunkSize { get; init; }

    public required CertificateTrust Trust { get; init; }

    /// <summary>Null when <see cref="AccessToken"/> is given.</summary>
    public required ServiceAccountKey? ServiceAccount { get; init; }

    /// <summary>Null when <see cref="ServiceAccount"/> is given.</summary>
    public required string? AccessToken { get; init; }

    /// <exception cref="ConnectorException">A setting or credential cannot be used.</exception>
    public static GcsOptions From(ConnectorContext context)
    {
        var (settings, credentials) = (context.Settings, context.Credentials);
        var (json, token) = (credentials.Find("serviceAccountJson"), credentials.Find("accessToken"));
        if (string.IsNullOrEmpty(json) == string.IsNullOrEmpty(token))
        {
            throw ConnectorException.Invalid(
                "auth.credentials.serviceAccountJson",
                "or accessToken is required, not both"
            );
        }

        var chunkSize = settings.GetInt32("chunkSize", 8 * 1024 * 1024);
        return new GcsOptions
        {
            Endpoint = EndpointOf(settings.Find("endpoint")),
            Bucket = settings.GetRequired("bucket"),
            BilledProject = settings.Find("projectId"),
            Prefix = ObjectKeys.ReadPrefix(settings.Find("prefix")),
            ChunkSize =
                chunkSize % ChunkUnit == 0
                    ? chunkSize
                    : throw ConnectorException.Invalid("config.chunkSize", $"must be a multiple of {ChunkUnit}"),
            Trust = CertificateTrust.FromPem(settings.Find("caCertificate")),
            ServiceAccount = string.IsNullOrEmpty(json) ? null : ServiceAccountKey.Parse(json),
            AccessToken = string.IsNullOrEmpty(token) ? null : token,
        };
    }

    private static string EndpointOf(string? endpoint) =>
        string.IsNullOrEmpty(endpoint) ? "https://storage.googleapis.com"
        : Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address.GetLeftPart(UriPartial.Path).TrimEnd('/')
        : throw ConnectorException.Invalid("config.endpoint", "must be an absolute http or https address");
}
