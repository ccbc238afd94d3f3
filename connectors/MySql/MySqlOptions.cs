using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MySql;

/// <summary>The integration's settings, checked.</summary>
internal static class MySqlOptions
{
    private const int DefaultPort = 3306;
    private const int DefaultPoolSize = 10;
    private const int LargestPool = 200;
    private const int DefaultRowBytes = 64 * 1024 * 1024;
    private const int LeastRowBytes = 4 * 1024 * 1024;
    private const int MostRowBytes = 512 * 1024 * 1024;

    public static MySqlConnectionOptions From(ConnectorContext context)
    {
        var settings = context.Settings;
        var user = Plain("auth.credentials.username", context.Credentials.GetRequired("username"));
        var password = Plain("auth.credentials.password", context.Credentials.GetRequired("password"));
        var database = Plain("config.database", settings.GetRequired("database"));
        return new MySqlConnectionOptions(
            settings.GetRequired("host"),
            settings.GetInt32("port", DefaultPort, 1, ushort.MaxValue),
            database,
            user,
            password
        )
        {
            SslMode = Mode(settings.Find("sslMode")),
            Trust = CertificateTrust.FromPem(settings.Find("caCertificate")),
            MaximumPoolSize = settings.GetInt32("poolSize", DefaultPoolSize, 1, LargestPool),
            LongestRow = settings.GetInt32("maxRowBytes", DefaultRowBytes, LeastRowBytes, MostRowBytes),
        };
    }

    private static MySqlSslMode Mode(string? mode) =>
        mode switch
        {
            "disable" => MySqlSslMode.Disabled,
            null or "prefer" => MySqlSslMode.Preferred,
            "verify-ca" => MySqlSslMode.VerifyCa,
            "require" or "verify-full" => MySqlSslMode.VerifyFull,
            _ => throw ConnectorException.Invalid(
                "config.sslMode",
                "must be disable, prefer, require, verify-ca or verify-full"
            ),
        };

    // The protocol ends these texts with a NUL.
    private static string Plain(string field, string text) =>
        !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw ConnectorException.Invalid(field, "must not contain NUL");
}
