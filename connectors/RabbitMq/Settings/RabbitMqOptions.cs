using System.Text;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Settings;

/// <summary>The settings of one integration.</summary>
internal sealed record RabbitMqOptions
{
    private const int LongestShortText = 127;

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string VirtualHost { get; init; }

    public required string User { get; init; }

    public required string Password { get; init; }

    /// <summary>Whose certificates to believe; null speaks no TLS.</summary>
    public required CertificateTrust? Trust { get; init; }

    /// <summary>Where messages are published; empty for the default exchange, which routes to the queue of the topic's name.</summary>
    public required string Exchange { get; init; }

    public required bool UsesQuorumQueues { get; init; }

    public required int DeliveryLimit { get; init; }

    public required int Prefetch { get; init; }

    public required int ChannelsPerTopic { get; init; }

    public required long MaxLeasedBytes { get; init; }

    public required TimeSpan MaxHold { get; init; }

    /// <summary>How long the broker may take to confirm.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public static RabbitMqOptions Read(ConnectorContext context)
    {
        var settings = context.Settings;
        var usesTls = settings.GetBoolean("tls", false);
        return new RabbitMqOptions
        {
            Host = settings.GetRequired("host"),
            Port = Within(settings, "port", usesTls ? 5671 : 5672, 1, 65535),
            VirtualHost = ShortText("virtualHost", settings.Find("virtualHost") ?? "/"),
            User = context.Credentials.GetRequired("username"),
            Password = context.Credentials.GetRequired("password"),
            Trust = ReadTrust(settings, usesTls),
            Exchange = ShortText("exchange", settings.Find("exchange") ?? ""),
            UsesQuorumQueues = ReadQueueType(settings),
            DeliveryLimit = Within(settings, "deliveryLimit", 5, 1, 1_000_000),
            Prefetch = Within(settings, "prefetch", 250, 1, 2000),
            ChannelsPerTopic = Within(settings, "channels", 4, 1, 16),
            MaxLeasedBytes = Within(settings, "maxLeasedMegabytes", 64, 1, 4096) * 1024L * 1024L,
            MaxHold = TimeSpan.FromSeconds(Within(settings, "maxHoldSeconds", 1500, 1, 86400)),
        };
    }

    private static CertificateTrust? ReadTrust(ConnectorSettings settings, bool usesTls)
    {
        // Read without TLS too, so that a broken certificate is told when it is entered.
        var trust = CertificateTrust.FromPem(settings.Find("caCertificate"));
        return usesTls ? trust : null;
    }

    private static bool ReadQueueType(ConnectorSettings settings) =>
        settings.Find("queueType") switch
        {
            null or "quorum" => true,
            "classic" => false,
            _ => throw ConnectorException.Invalid("config.queueType", "must be quorum or classic"),
        };

    private static string ShortText(string name, string value) =>
        Encoding.UTF8.GetByteCount(value) <= LongestShortText
            ? value
            : throw ConnectorException.Invalid("config." + name, $"must not be longer than {LongestShortText} bytes");

    private static int Within(ConnectorSettings settings, string name, int fallback, int least, int most)
    {
        var value = settings.GetInt32(name, fallback);
        return value >= least && value <= most
            ? value
            : throw ConnectorException.Invalid("config." + name, $"must lie between {least} and {most}");
    }
}
