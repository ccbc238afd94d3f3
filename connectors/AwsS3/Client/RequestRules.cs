namespace Yyc3.Connectors.AwsS3.Client;

/// <summary>What the SDK has no setting for.</summary>
internal sealed class RequestRules(HttpMessageHandler network) : DelegatingHandler(network)
{
    /// <summary>Content that is worth asking first whether it is wanted.</summary>
    private const int WorthAsking = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        // Small content is sent even when the store has refused it without reading; a store that does not expect it then takes
        // it for the beginning of the next request, and refuses that and all that follow on the connection.
        if (request.Content is { Headers.ContentLength: < WorthAsking } or null)
        {
            request.Headers.ExpectContinue = null;
        }

        var response = await base.SendAsync(request, cancellationToken);
        // The SDK follows it, signed, wherever it leads.
        response.Headers.Location = null;
        return response;
    }
}
