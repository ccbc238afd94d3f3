using Amazon.Runtime;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Client;

/// <summary>The one HTTP client of an integration, on the host's guarded network, instead of the SDK's process-wide ones.</summary>
internal sealed class GuardedHttpClients : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    public GuardedHttpClients(OutboundNetwork network, CertificateTrust trust, int poolSize)
    {
        var handler = network.CreateHttpHandler(trust);
        if (handler is SocketsHttpHandler sockets)
        {
            sockets.MaxConnectionsPerServer = poolSize;
        }

        _client = new HttpClient(new RequestRules(handler)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();
}
