using Google.Apis.Http;
using IHttpClientFactory = Google.Apis.Http.IHttpClientFactory;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>Lets Google's library ask for tokens over the host's guarded network, by a handler that stays the caller's.</summary>
internal sealed class GuardedHttpClientFactory(HttpMessageHandler handler) : HttpClientFactory, IHttpClientFactory
{
    ConfigurableHttpClient IHttpClientFactory.CreateHttpClient(CreateHttpClientArgs args)
    {
        var client = CreateHttpClient(args);
        // It would post the signed assertion again, wherever it is led.
        client.MessageHandler.FollowRedirect = false;
        return client;
    }

    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => handler;
}
