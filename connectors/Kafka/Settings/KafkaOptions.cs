using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Native;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Settings;

/// <summary>The settings of one integration, and the times that only tests change.</summary>
internal sealed record KafkaOptions
{
    private static readonly Dictionary<string, SecurityProtocol> Protocols = new(StringComparer.Ordinal)
    {
        ["plaintext"] = SecurityProtocol.Plaintext,
        ["ssl"] = SecurityProtocol.Ssl,
        ["sasl_plaintext"] = SecurityProtocol.SaslPlaintext,
        ["sasl_ssl"] = SecurityProtocol.SaslSsl,
    };

    private static readonly Dictionary<string, SaslMechanism> Mechanisms = new(StringComparer.Ordinal)
    {
        ["PLAIN"] = SaslMechanism.Plain,
        ["SCRAM-SHA-256"] = SaslMechanism.ScramSha256,
        ["SCRAM-SHA-512"] = SaslMechanism.ScramSha512,
    };

    private static readonly Dictionary<string, CompressionType> Compressions = new(StringComparer.Ordinal)
    {
        ["none"] = CompressionType.None,
        ["gzip"] = CompressionType.Gzip,
        ["snappy"] = CompressionType.Snappy,
        ["lz4"] = CompressionType.Lz4,
    };

    /// <summary>Brokers to start from; at least one.</summary>
    public required IReadOnlyList<BrokerAddress> Servers { get; init; }

    public required SecurityProtocol Protocol { get; init; }

    public required SaslMechanism Mechanism { get; init; }

    /// <summary>Null where the protocol does not authenticate.</summary>
    public required string? Username { get; init; }

    public required string? Password { get; init; }

    /// <summary>PEM of the authorities to trust; null for the machine's.</summary>
    public required string? Authorities { get; init; }

    public required CertificateTrust Trust { get; init; }

    public required string ClientId { get; init; }

    public required int LingerMs { get; init; }

    public required CompressionType Compression { get; init; }

    public required int BufferMessages { get; init; }

    public required long BufferBytes { get; init; }

    public required int MaxDeliveries { get; init; }

    public required int MaxConsumers { get; init; }

    public ClientLibrary Library { get; init; } = ClientLibrary.Default;

    /// <summary>How long a message may wait for its confirmation.</summary>
    public TimeSpan SendTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the group waits for a member that is not heard of.</summary>
    public TimeSpan SessionTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the group waits for a member that does not poll; the thread here always polls.</summary>
    public TimeSpan PollTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After this long without a call a consumer leaves its group.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(5);

    public bool UsesTls => Protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;

    public bool Authenticates => Protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;

    public static KafkaOptions Read(ConnectorContext context)
    {
        var settings = context.Settings;
        var protocol = Choose(settings, "securityProtocol", Protocols, "plaintext");
        var authenticates = protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;
        if (!authenticates && context.Credentials.Names.Any())
        {
            throw ConnectorException.Invalid(
                "config.securityProtocol",
                "must be sasl_plaintext or sasl_ssl for credentials to be used"
            );
        }

        var authorities = settings.Find("caCertificate");
        return new KafkaOptions
        {
            Servers = BrokerAddress.ParseList("config.bootstrapServers", settings.GetRequired("bootstrapServers")),
            Protocol = protocol,
            Mechanism = Choose(settings, "saslMechanism", Mechanisms, "PLAIN"),
            Username = authenticates ? context.Credentials.GetRequired("username") : null,
            Password = authenticates ? context.Credentials.GetRequired("password") : null,
            Authorities = string.IsNullOrWhiteSpace(authorities) ? null : authorities,
            Trust = CertificateTrust.FromPem(authorities),
            ClientId = settings.Find("clientId") is { Length: > 0 } name ? name : "yyc3-connectors",
            LingerMs = settings.GetInt32("lingerMs", 0, 0, 100),
            Compression = Choose(settings, "compression", Compressions, "none"),
            BufferMessages = settings.GetInt32("bufferMessages", 1000, 1, 100_000),
            BufferBytes = settings.GetInt32("bufferMegabytes", 16, 1, 1024) * 1024L * 1024,
            MaxDeliveries = settings.GetInt32("maxDeliveries", 10, 1, int.MaxValue),
            MaxConsumers = settings.GetInt32("maxConsumers", 32, 1, 1000),
        };
    }

    private static T Choose<T>(ConnectorSettings settings, string name, Dictionary<string, T> known, string fallback) =>
        known.TryGetValue(settings.Find(name) ?? fallback, out var value)
            ? value
            : throw ConnectorException.Invalid("config." + name, $"must be one of {string.Join(", ", known.Keys)}");
}
