namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>The pooled client that connectors share.</summary>
internal sealed class ConnectorHttp : IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public HttpClient Client { get; } =
#pragma warning disable RS0030 // this is where connectors' clients come from
        new(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                PooledConnectionLifetime = ConnectionLifetime,
            }
        )
        {
            // Calls end by their own deadline.
            Timeout = Timeout.InfiniteTimeSpan,
        };
#pragma warning restore RS0030

    public void Dispose() => Client.Dispose();
}
