using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Yyc3.Connectors.Runtime.Outbound;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>
/// The runtime's configuration: <c>YYC3_NAME</c> in the environment, <c>Name</c> in appsettings.json, or <c>--Name value</c>.
/// </summary>
internal sealed class RuntimeSettings
{
    private RuntimeSettings() { }

    /// <summary>Port of REST, gRPC-Web and the health pages (HTTP/1.1). 0 picks a free one.</summary>
    public int HttpPort { get; private init; }

    /// <summary>Port of gRPC (HTTP/2 without TLS). 0 picks a free one.</summary>
    public int GrpcPort { get; private init; }

    /// <summary>Port of all of them over TLS; null without a certificate.</summary>
    public int? TlsPort { get; private init; }

    /// <summary>PEM file of the certificate for <see cref="TlsPort"/>, and of its key if that is not in the same file.</summary>
    public string? TlsCertificate { get; private init; }

    public string? TlsKey { get; private init; }

    /// <summary>Address to listen on; the loopback unless told otherwise.</summary>
    public required IPAddress BindAddress { get; init; }

    /// <summary>Absolute folder of everything the runtime keeps.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Npgsql connection string of the database that several nodes share; null for SQLite in the data directory.</summary>
    public string? Store { get; private init; }

    /// <summary>Absolute path of the file whose key wraps all others; null for the one in the data directory.</summary>
    public string? KeyFile { get; private init; }

    /// <summary>How long a node that is not heard of keeps its work.</summary>
    public TimeSpan Lease { get; private init; }

    /// <summary>How long the runtime, told to stop, goes on taking calls while it says that it is not ready.</summary>
    public TimeSpan Drain { get; private init; }

    /// <summary>Absolute folder into which plugins are dropped, besides the one that comes with the runtime.</summary>
    public required string PluginsDirectory { get; init; }

    /// <summary>Bootstrap admin key; without it the first start makes one.</summary>
    public string? ApiKey { get; private init; }

    /// <summary>Absolute folders outside the data directory that integrations may use.</summary>
    public required IReadOnlyList<string> LocalRoots { get; init; }

    /// <summary>What connectors may reach.</summary>
    public required OutboundPolicy Outbound { get; init; }

    /// <summary>Origins whose pages may call the runtime from a browser; <c>*</c> for any.</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>Most bytes of a request message.</summary>
    public int MaxMessageSize { get; private init; }

    /// <exception cref="RuntimeSettingsException">A value cannot be used; the message names it.</exception>
    public static RuntimeSettings Read(IConfiguration configuration)
    {
        var dataDirectory = FullPath("DataDir", configuration["DataDir"] ?? "data");
        var certificate = configuration["TlsCertificate"];
        var store = ConnectionString(configuration["Store"]);
        return new RuntimeSettings
        {
            HttpPort = Number(configuration, "HttpPort", 5080, 0, 65535),
            GrpcPort = Number(configuration, "GrpcPort", 5081, 0, 65535),
            TlsPort = string.IsNullOrEmpty(certificate) ? null : Number(configuration, "TlsPort", 5443, 0, 65535),
            TlsCertificate = certificate,
            TlsKey = configuration["TlsKey"],
            BindAddress = Address(configuration["Bind"]),
            DataDirectory = dataDirectory,
            Store = store,
            KeyFile = configuration["KeyFile"] is { Length: > 0 } file ? FullPath("KeyFile", file) : null,
            Lease = TimeSpan.FromSeconds(Number(configuration, "LeaseSeconds", 15, 2, 300)),
            // A node of its own has no other that calls could go to.
            Drain = TimeSpan.FromSeconds(Number(configuration, "DrainSeconds", store is null ? 0 : 5, 0, 300)),
            PluginsDirectory = configuration["PluginsDir"] is { Length: > 0 } plugins
                ? FullPath("PluginsDir", plugins)
                : Path.Combine(dataDirectory, "plugins"),
            ApiKey = Key(configuration["ApiKey"]),
            LocalRoots = [.. List(configuration, "LocalRoots").Select(root => FullPath("LocalRoots", root))],
            Outbound = new OutboundPolicy(IsStrict(configuration["Outbound"]), List(configuration, "OutboundHosts")),
            CorsOrigins = List(configuration, "CorsOrigins"),
            MaxMessageSize = Number(configuration, "MaxMessageSize", 16 * 1024 * 1024, 64 * 1024, 1024 * 1024 * 1024),
        };
    }

    private static int Number(IConfiguration configuration, string name, int fallback, int least, int most)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return fallback;
        }

        return
            int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? number
            : throw RuntimeSettingsException.OfSetting(
                name,
                $"must be a whole number from {least} to {most}, not '{text}'"
            );
    }

    private static IPAddress Address(string? text) =>
        string.IsNullOrEmpty(text) ? IPAddress.Loopback
        : text is "*" ? IPAddress.Any
        : IPAddress.TryParse(text, out var address) ? address
        : throw RuntimeSettingsException.OfSetting("Bind", $"must be an IP address or *, not '{text}'");

    /// <summary>Only the name of a part is told; its value may be the password.</summary>
    private static string? ConnectionString(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(settings.Host)
                ? throw RuntimeSettingsException.OfSetting("Store", "names no Host")
                : text;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException)
        {
            var part = (fault as ArgumentException)?.ParamName is { Length: > 0 and < 40 } name
                ? $"; its part {name} cannot be used"
                : "";
            throw RuntimeSettingsException.OfSetting(
                "Store",
                "must be an Npgsql connection string, such as Host=db;Database=yyc3;Username=yyc3;Password=..." + part
            );
        }
    }

    private static bool IsStrict(string? text) =>
        text switch
        {
            null or "" or "default" => false,
            "strict" => true,
            _ => throw RuntimeSettingsException.OfSetting("Outbound", $"must be default or strict, not '{text}'"),
        };

    private static string? Key(string? key) =>
        string.IsNullOrEmpty(key) ? null
        : key.Length >= 16 ? key
        : throw RuntimeSettingsException.OfSetting("ApiKey", "must have at least 16 characters");

    private static List<string> List(IConfiguration configuration, string name) =>
        [
            .. (configuration[name] ?? "").Split(
                [';', ','],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            ),
        ];

    private static string FullPath(string name, string path)
    {
        try
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw RuntimeSettingsException.OfSetting(name, "is not a path");
        }
    }
}
