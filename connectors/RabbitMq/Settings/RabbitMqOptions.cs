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

    /// <summary>
    /// How long a send may take. Less than a call has by default: whoever cancels first decides whether a connection that is
    /// dead without a word is replaced.
    /// </summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(20);

    public static RabbitMqOptions Read(ConnectorContext context)
    {
        var settings = context.Settings;
        var usesTls = settings.GetBoolean("tls", false);
        return new RabbitMqOptions
        {
            Host = settings.GetRequired("host"),
            Port = settings.GetInt32("port", usesTls ? 5671 : 5672, 1, 65535),
            VirtualHost = ShortText("virtualHost", settings.Find("virtualHost") ?? "/"),
            User = context.Credentials.GetRequired("username"),
            Password = context.Credentials.GetRequired("password"),
            Trust = ReadTrust(settings, usesTls),
            Exchange = ShortText("exchange", settings.Find("exchange") ?? ""),
            UsesQuorumQueues = ReadQueueType(settings),
            DeliveryLimit = settings.GetInt32("deliveryLimit", 5, 1, 1_000_000),
            Prefetch = settings.GetInt32("prefetch", 250, 1, 2000),
            ChannelsPerTopic = settings.GetInt32("channels", 4, 1, 16),
            MaxLeasedBytes = settings.GetInt32("maxLeasedMegabytes", 64, 1, 4096) * 1024L * 1024L,
            MaxHold = TimeSpan.FromSeconds(settings.GetInt32("maxHoldSeconds", 1500, 1, 86400)),
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
}
