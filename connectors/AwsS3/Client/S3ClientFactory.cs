using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Yyc3.Connectors.AwsS3.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Client;

/// <summary>
/// Makes the client of one integration. Whatever the SDK would take from the environment, a profile or the machine's metadata
/// service is set here, so that an integration's settings alone decide.
/// </summary>
internal static class S3ClientFactory
{
    public static AmazonS3Client Create(
        AwsS3Options options,
        ConnectorCredentials credentials,
        HttpClientFactory httpClients
    )
    {
        var checksums = options.AlwaysChecksum;
        var config = new AmazonS3Config
        {
            HttpClientFactory = httpClients,
            // The host retries, by the kind of error.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            RetryMode = RequestRetryMode.Standard,
            ThrottleRetries = false,
            // Calls end by their token.
            Timeout = Timeout.InfiniteTimeSpan,
            ForcePathStyle = options.ForcePathStyle,
            RequestChecksumCalculation = checksums
                ? RequestChecksumCalculation.WHEN_SUPPORTED
                : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = checksums
                ? ResponseChecksumValidation.WHEN_SUPPORTED
                : ResponseChecksumValidation.WHEN_REQUIRED,
            USEast1RegionalEndpointValue = S3UsEast1RegionalEndpointValue.Regional,
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            IgnoreConfiguredEndpointUrls = true,
            UseDualstackEndpoint = false,
            UseFIPSEndpoint = false,
            DisableS3ExpressSessionAuth = true,
            DisableRequestCompression = true,
            DisableLogging = true,
            DisableClockSkewCorrection = false,
        };
        if (options.Endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.Endpoint.GetLeftPart(UriPartial.Authority);
            config.AuthenticationRegion = options.Region;
        }

        return new AmazonS3Client(Credentials(credentials), config);
    }

    private static AWSCredentials Credentials(ConnectorCredentials credentials)
    {
        var id = credentials.GetRequired("accessKeyId");
        var secret = credentials.GetRequired("secretAccessKey");
        return credentials.Find("sessionToken") is { Length: > 0 } token
            ? new SessionAWSCredentials(id, secret, token)
            : new BasicAWSCredentials(id, secret);
    }
}
