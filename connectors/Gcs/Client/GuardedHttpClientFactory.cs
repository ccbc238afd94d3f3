using Google.Apis.Http;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>Lets Google's library ask for tokens over the host's guarded network.</summary>
internal sealed class GuardedHttpClientFactory(Func<HttpMessageHandler> handler) : HttpClientFactory
{
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => handler();
}
