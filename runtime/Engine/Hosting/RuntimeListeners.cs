using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>Ports, protocols and limits of Kestrel.</summary>
internal static class RuntimeListeners
{
    public static void Configure(KestrelServerOptions kestrel, RuntimeSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = settings.MaxMessageSize;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        // Windows that keep a fast upload busy; memory per connection stays bounded by them.
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        kestrel.Listen(settings.BindAddress, settings.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(settings.BindAddress, settings.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        if (settings.TlsPort is { } port)
        {
            var certificate = Certificate(settings);
            kestrel.Listen(
                settings.BindAddress,
                port,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.UseHttps(certificate);
                }
            );
        }
    }

    private static X509Certificate2 Certificate(RuntimeSettings settings)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(settings.TlsCertificate!, settings.TlsKey);
        }
        catch (Exception fault)
            when (fault
                    is IOException
                        or UnauthorizedAccessException
                        or System.Security.Cryptography.CryptographicException
            )
        {
            throw RuntimeSettingsException.OfSetting(
                "TlsCertificate",
                "cannot be read as a PEM certificate with its key"
            );
        }
    }
}
