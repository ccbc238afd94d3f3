using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Settings;

/// <summary>The integration's settings and credentials, checked.</summary>
internal sealed class PostgreSqlOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Database { get; init; }

    public required string Username { get; init; }

    public required string Password { get; init; }

    public required TlsMode Tls { get; init; }

    public required CertificateTrust Trust { get; init; }

    public required int PoolSize { get; init; }

    public static PostgreSqlOptions From(ConnectorContext context)
    {
        var settings = context.Settings;
        var trust = CertificateTrust.FromPem(settings.Find("caCertificate"));
        return new PostgreSqlOptions
        {
            Host = settings.GetRequired("host"),
            Port = settings.GetInt32("port", 5432, 1, 65535),
            Database = settings.GetRequired("database"),
            Username = context.Credentials.GetRequired("username"),
            Password = context.Credentials.GetRequired("password"),
            Tls = ReadTls(settings.Find("sslMode"), trust),
            Trust = trust,
            PoolSize = settings.GetInt32("poolSize", 10, 1, 200),
        };
    }

    private static TlsMode ReadTls(string? mode, CertificateTrust trust) =>
        mode switch
        {
            null or "" => trust.IsCustom ? TlsMode.VerifyFull : TlsMode.Prefer,
            // Who names an authority wants to know who answers; these modes do not ask.
            "disable" or "prefer" when trust.IsCustom => throw ConnectorException.Invalid(
                "config.caCertificate",
                "is only used with sslMode require, verify-ca or verify-full"
            ),
            "disable" => TlsMode.Disable,
            "prefer" => TlsMode.Prefer,
            "verify-ca" => TlsMode.VerifyAuthority,
            "require" or "verify-full" => TlsMode.VerifyFull,
            _ => throw ConnectorException.Invalid(
                "config.sslMode",
                "must be disable, prefer, require, verify-ca or verify-full"
            ),
        };
}
