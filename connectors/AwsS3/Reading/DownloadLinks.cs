using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.S3;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Reading;

/// <summary>Signs links that download one object.</summary>
internal sealed class DownloadLinks(BucketAccess bucket)
{
    /// <summary>A signature of version 4 holds no longer; the SDK would turn to the one before without a word.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public async Task<Uri> SignAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (lifetime < TimeSpan.FromSeconds(1) || lifetime > Longest)
        {
            throw ConnectorException.Invalid("lifetime", "must be from one second to seven days");
        }

        return await bucket.CallAsync(
            async (client, _) => new Uri(await client.GetPreSignedURLAsync(Request(key, lifetime, client.Config))),
            cancellationToken
        );
    }

    private GetPreSignedUrlRequest Request(string key, TimeSpan lifetime, IClientConfig config)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = bucket.Name,
            Key = bucket.Keys.ToStored(key),
            Verb = HttpVerb.GET,
            Protocol = bucket.Options.Endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        // The SDK counts from the store's clock as its answers have told it, which is not always this machine's.
        var endpoint = config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request));
        request.Expires = CorrectClockSkew.GetCorrectedUtcNowForEndpoint(endpoint.URL, config) + lifetime;
        return request;
    }
}
