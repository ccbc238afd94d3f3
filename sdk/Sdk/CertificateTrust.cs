using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Yyc3.Connectors.Sdk;

/// <summary>
/// Whose certificates a connection believes: the machine's authorities, or those an integration names instead. There is no
/// way to believe any. Immutable and thread-safe.
/// </summary>
public sealed class CertificateTrust
{
    /// <summary>Object id of the purpose "authenticates a server".</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection? _authorities;

    private CertificateTrust(X509Certificate2Collection? authorities) => _authorities = authorities;

    /// <summary>The machine's authorities.</summary>
    public static CertificateTrust System { get; } = new(null);

    /// <summary>True when the integration names its authorities.</summary>
    public bool IsCustom => _authorities is not null;

    /// <summary>Reads authorities from PEM.</summary>
    /// <param name="pem">One or more certificates; null or empty for <see cref="System"/>.</param>
    /// <param name="field">Dotted path of the setting, for the error.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/> with the field: no certificate in it.</exception>
    public static CertificateTrust FromPem(string? pem, string field = "config.caCertificate")
    {
        if (string.IsNullOrWhiteSpace(pem))
        {
            return System;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw ConnectorException.Invalid(field, "is no PEM certificate");
        }

        return authorities.Count > 0
            ? new CertificateTrust(authorities)
            : throw ConnectorException.Invalid(field, "holds no PEM certificate");
    }

    /// <summary>How to open TLS as a client.</summary>
    /// <param name="host">Name the certificate must carry; null when the caller of the options fills it in.</param>
    /// <returns>Options for <see cref="SslStream"/>; revocation is not asked for.</returns>
    public SslClientAuthenticationOptions ClientOptions(string? host) =>
        new()
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.None,
            CertificateChainPolicy = ChainPolicy(),
        };

    /// <summary>
    /// Judges a certificate for a library that takes a callback only.
    /// </summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="presented">The chain that was built; its extra certificates are used as intermediates.</param>
    /// <param name="errors">What the platform found.</param>
    /// <param name="checkName">False accepts a certificate of another name, as PostgreSQL's <c>verify-ca</c> does.</param>
    /// <returns>True when the certificate is to be believed.</returns>
    public bool Accepts(
        X509Certificate? certificate,
        X509Chain? presented,
        SslPolicyErrors errors,
        bool checkName = true
    )
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        if (checkName && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return false;
        }

        if (_authorities is null)
        {
            return !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        }

        using var chain = new X509Chain { ChainPolicy = ChainPolicy() };
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate as X509Certificate2 ?? new X509Certificate2(certificate));
    }

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (_authorities is not null)
        {
            // An authority may also sign its users' certificates; none of them may pose as a server.
            policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_authorities);
        }

        return policy;
    }
}
