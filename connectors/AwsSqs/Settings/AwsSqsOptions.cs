using System.Text;
using System.Text.RegularExpressions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Settings;

/// <summary>The settings of one integration. No record: a record prints what it holds.</summary>
internal sealed partial class AwsSqsOptions
{
    private const int Mebibyte = 1024 * 1024;

    public required string Region { get; init; }

    /// <summary>Where calls go; its path is <c>/</c>.</summary>
    public required Uri Endpoint { get; init; }

    public required CertificateTrust Trust { get; init; }

    public required AwsCredentials Credentials { get; init; }

    public required bool CreatesQueues { get; init; }

    /// <summary>Deliveries after which a message goes to the dead letters.</summary>
    public required int MaxDeliveries { get; init; }

    /// <summary>Whether messages without a key share one order in FIFO queues.</summary>
    public required bool OrdersWithoutKey { get; init; }

    public required int MaxConnections { get; init; }

    /// <summary>Bytes for the content of leased messages.</summary>
    public required long DeadLetterMemory { get; init; }

    public static AwsSqsOptions Read(ConnectorContext context)
    {
        var settings = context.Settings;
        var region = settings.GetRequired("region");
        if (!RegionShape().IsMatch(region))
        {
            throw ConnectorException.Invalid("config.region", "must be the name of a region, such as eu-central-1");
        }

        return new AwsSqsOptions
        {
            Region = region,
            Endpoint = ReadEndpoint(settings.Find("endpoint"), region),
            Trust = CertificateTrust.FromPem(settings.Find("caCertificate")),
            Credentials = AwsCredentials.Read(context.Credentials),
            CreatesQueues = settings.GetBoolean("createQueues", true),
            MaxDeliveries = settings.GetInt32("maxDeliveries", 10, 1, 1000),
            OrdersWithoutKey = ReadOrder(settings.Find("fifoWithoutKey")),
            MaxConnections = settings.GetInt32("maxConnections", 50, 1, 1000),
            DeadLetterMemory = (long)settings.GetInt32("deadLetterMemoryMiB", 32, 1, 1024) * Mebibyte,
        };
    }

    private static Uri ReadEndpoint(string? text, string region)
    {
        if (string.IsNullOrEmpty(text))
        {
            var domain = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
            return new Uri($"https://sqs.{region}.{domain}/");
        }

        return
            Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp)
            && endpoint.UserInfo.Length == 0
            && string.Equals(endpoint.PathAndQuery, "/", StringComparison.Ordinal)
            && endpoint.Fragment.Length == 0
            // It is signed as it is sent.
            && Ascii.IsValid(endpoint.Authority)
            ? endpoint
            : throw ConnectorException.Invalid("config.endpoint", "must be an https or http address without a path");
    }

    private static bool ReadOrder(string? text) =>
        text switch
        {
            null or "ordered" => true,
            "independent" => false,
            _ => throw ConnectorException.Invalid("config.fifoWithoutKey", "must be ordered or independent"),
        };

    [GeneratedRegex("^[a-z0-9-]{1,32}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegionShape();
}
