using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Yyc3.Connectors.TestServers;

/// <summary>A certificate authority of one test run, with a certificate for this machine.</summary>
public sealed class TestAuthority
{
    private TestAuthority(string authority, string certificate, string key) =>
        (AuthorityPem, CertificatePem, KeyPem) = (authority, certificate, key);

    /// <summary>The authority's certificate.</summary>
    public string AuthorityPem { get; }

    /// <summary>A certificate for <c>localhost</c> and <c>127.0.0.1</c>.</summary>
    public string CertificatePem { get; }

    /// <summary>Its key, PKCS#8 without password.</summary>
    public string KeyPem { get; }

    /// <summary>Makes one.</summary>
    /// <param name="purpose">Object id of the only purpose of the machine's certificate; null for any.</param>
    public static TestAuthority Create(string? purpose = null)
    {
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        var to = from.AddDays(30);
        using var rootKey = RSA.Create(2048);
        var root = new CertificateRequest(
            "CN=Test authority",
            rootKey,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        using var authority = root.CreateSelfSigned(from, to);
        using var key = RSA.Create(2048);
        var leaf = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        leaf.CertificateExtensions.Add(names.Build());
        leaf.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (purpose is not null)
        {
            leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        using var certificate = leaf.Create(authority, from, to.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        return new TestAuthority(
            authority.ExportCertificatePem(),
            certificate.ExportCertificatePem(),
            key.ExportPkcs8PrivateKeyPem()
        );
    }

    /// <summary>Writes <c>ca.pem</c>, <c>server.pem</c> and <c>server.key</c> (mode 0600) into a folder.</summary>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "ca.pem"), AuthorityPem);
        File.WriteAllText(Path.Combine(folder, "server.pem"), CertificatePem);
        var key = Path.Combine(folder, "server.key");
        File.WriteAllText(key, KeyPem);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
