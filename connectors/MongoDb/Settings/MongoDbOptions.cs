using System.Buffers;
using System.Text;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Settings;

/// <summary>The integration's settings, checked.</summary>
/// <param name="Host">Name or address of the server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Database">The database that every command runs in.</param>
internal sealed record MongoDbOptions(string Host, int Port, string Database)
{
    private const int LongestName = 63;
    private const int DefaultPort = 27017;
    private const int DefaultPoolSize = 16;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\. \"$*<>:|?\0");

    /// <summary>Longest time for dialling, TLS, greeting and authentication together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that was idle longer is not used again: something between may have dropped it silently.</summary>
    public TimeSpan LongestIdle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whom to believe; null for a connection without TLS.</summary>
    public CertificateTrust? Trust { get; init; }

    /// <summary>Most connections at once.</summary>
    public int PoolSize { get; init; } = DefaultPoolSize;

    /// <summary>Database that holds the user.</summary>
    public string AuthSource { get; init; } = "admin";

    /// <summary>Who to be; null for nobody.</summary>
    public ScramUser? User { get; init; }

    public static MongoDbOptions From(ConnectorContext context)
    {
        var settings = context.Settings;
        var trust = CertificateTrust.FromPem(settings.Find("caCertificate"));
        return new MongoDbOptions(
            settings.GetRequired("host"),
            settings.GetInt32("port", DefaultPort, 1, 65_535),
            DatabaseName(settings.GetRequired("database"), "config.database")
        )
        {
            Trust = settings.GetBoolean("tls", fallback: false) ? trust : null,
            PoolSize = settings.GetInt32("poolSize", DefaultPoolSize, 1, 500),
            AuthSource = DatabaseName(settings.Find("authSource") ?? "admin", "config.authSource"),
            User = FindUser(context.Credentials),
        };
    }

    private static ScramUser? FindUser(ConnectorCredentials credentials)
    {
        const string Password = "auth.credentials.password";
        var name = credentials.Find("username");
        var password = credentials.Find("password");
        if (string.IsNullOrEmpty(name))
        {
            return string.IsNullOrEmpty(password)
                ? null
                : throw ConnectorException.Invalid("auth.credentials.username", "is required with a password");
        }

        if (string.IsNullOrEmpty(password))
        {
            throw ConnectorException.Invalid(Password, "is required with a user name");
        }

        return new ScramUser(
            name,
            SaslPrep.TryPrepare(password, out var prepared)
                ? prepared
                : throw ConnectorException.Invalid(
                    Password,
                    "holds a character that is not allowed in passwords, or whose normal form is not known here"
                )
        );
    }

    private static string DatabaseName(string name, string field) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= LongestName && !name.AsSpan().ContainsAny(NotInNames)
            ? name
            : throw ConnectorException.Invalid(field, "is not a valid name of a database");
}
