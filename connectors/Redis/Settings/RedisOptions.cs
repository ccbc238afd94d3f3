using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Settings;

/// <summary>The integration's settings, checked.</summary>
/// <param name="Host">Name or address of the server.</param>
/// <param name="Port">Its port.</param>
internal sealed record RedisOptions(string Host, int Port)
{
    /// <summary>Number of the database.</summary>
    public int Database { get; init; }

    /// <summary>Whose certificates to believe; null for a connection without TLS.</summary>
    public CertificateTrust? Trust { get; init; }

    /// <summary>Most connections at once.</summary>
    public int PoolSize { get; init; } = 8;

    /// <summary>Most bytes of one value or row.</summary>
    public int MaxReplyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether a query may run read-only scripts.</summary>
    public bool AllowScripts { get; init; }

    /// <summary>Longest time for opening a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a shared connection may stay silent after somebody has given up waiting on it.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>ACL user; null for the default user.</summary>
    public string? Username { get; init; }

    /// <summary>Password; null when the server asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>Connections that all short commands share.</summary>
    public int Pipelines => PoolSize >= 4 ? 2 : 1;

    /// <summary>Connections that are lent to one statement at a time.</summary>
    public int Channels => PoolSize - Pipelines;

    public static RedisOptions From(ConnectorContext context)
    {
        var settings = context.Settings;
        var password = NullIfEmpty(context.Credentials.Find("password"));
        var username = NullIfEmpty(context.Credentials.Find("username"));
        if (username is not null && password is null)
        {
            throw ConnectorException.Invalid("auth.credentials.password", "is required beside a username");
        }

        var trust = CertificateTrust.FromPem(settings.Find("caCertificate"));
        var tls = settings.GetBoolean("tls", fallback: false);
        if (trust.IsCustom && !tls)
        {
            throw ConnectorException.Invalid("config.caCertificate", "is of no use without tls");
        }

        return new RedisOptions(settings.GetRequired("host"), settings.GetInt32("port", 6379, 1, 65535))
        {
            Database = settings.GetInt32("database", 0, 0, 1_000_000),
            Trust = tls ? trust : null,
            PoolSize = settings.GetInt32("poolSize", 8, 2, 256),
            MaxReplyBytes = settings.GetInt32("maxReplyBytes", 64 * 1024 * 1024, 4 * 1024 * 1024, 512 * 1024 * 1024),
            AllowScripts = settings.GetBoolean("allowScripts", fallback: false),
            ConnectTimeout = TimeSpan.FromSeconds(settings.GetInt32("connectTimeoutSeconds", 10, 1, 300)),
            Username = username,
            Password = password,
        };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
