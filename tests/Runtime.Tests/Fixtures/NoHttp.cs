namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>A client that reaches nobody.</summary>
internal sealed class NoHttp : HttpMessageHandler
{
#pragma warning disable RS0030 // it only ever reaches this handler
    public static HttpClient Client { get; } = new(new NoHttp());
#pragma warning restore RS0030

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => throw new HttpRequestException("There is no network.");
}
