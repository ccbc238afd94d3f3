using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Settings;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>What the clients are told.</summary>
internal static class ClientSettings
{
    /// <summary>Room for a body of 1 MiB with key and headers; the broker's own limit still holds.</summary>
    private const int LargestMessage = 2 * 1024 * 1024;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    public static ProducerConfig ForProducer(KafkaOptions options)
    {
        var settings = Shared(new ProducerConfig(), options);
        settings.Acks = Acks.All;
        // The host repeats calls by the kind of their error; a client that repeats too would multiply the attempts.
        // Nothing repeated means nothing reordered, so the order within a partition needs no idempotence.
        settings.MessageSendMaxRetries = 0;
        settings.EnableIdempotence = false;
        settings.MessageTimeoutMs = (int)options.SendTime.TotalMilliseconds;
        settings.RequestTimeoutMs = (int)options.SendTime.TotalMilliseconds;
        settings.LingerMs = options.LingerMs;
        settings.CompressionType = options.Compression;
        // As Java clients do, so that both put a key into the same partition.
        settings.Partitioner = Partitioner.Murmur2Random;
        settings.QueueBufferingMaxKbytes = 64 * 1024;
        settings.DeliveryReportFields = "timestamp";
        // A topic that was refused or missing is refused by the client itself until it looks again.
        settings.TopicMetadataRefreshIntervalMs = 30_000;
        // A topic that the broker does not make is told before the messages' time is over.
        settings.TopicMetadataPropagationMaxMs = (int)(options.SendTime.TotalMilliseconds / 2);
        return settings;
    }

    public static ConsumerConfig ForConsumer(KafkaOptions options, string group)
    {
        var settings = Shared(new ConsumerConfig(), options);
        settings.GroupId = group;
        settings.AutoOffsetReset = AutoOffsetReset.Earliest;
        settings.EnableAutoCommit = false;
        settings.EnableAutoOffsetStore = false;
        settings.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        settings.SessionTimeoutMs = (int)options.SessionTime.TotalMilliseconds;
        settings.HeartbeatIntervalMs = (int)(options.SessionTime.TotalMilliseconds / 4);
        settings.MaxPollIntervalMs = (int)options.PollTime.TotalMilliseconds;
        // A receiver makes no topic, but finds one soon that a sender has made.
        settings.AllowAutoCreateTopics = false;
        settings.TopicMetadataRefreshIntervalMs = 2000;
        settings.QueuedMinMessages = Math.Min(options.BufferMessages, 10_000);
        settings.QueuedMaxMessagesKbytes = (int)(options.BufferBytes / 1024);
        // Its default, a second, would hold up a receiver that has emptied the queue meanwhile.
        settings.FetchQueueBackoffMs = 5;
        settings.CheckCrcs = true;
        return settings;
    }

    /// <summary>For a client that only tells whom it has found.</summary>
    public static AdminClientConfig ForLook(KafkaOptions options)
    {
        var settings = Shared(new AdminClientConfig(), options);
        settings.StatisticsIntervalMs = 20;
        return settings;
    }

    private static T Shared<T>(T settings, KafkaOptions options)
        where T : ClientConfig
    {
        settings.BootstrapServers = string.Join(',', options.Servers);
        settings.ClientId = options.ClientId;
        settings.SecurityProtocol = options.Protocol;
        settings.SocketNagleDisable = true;
        settings.SocketTimeoutMs = (int)AnswerTime.TotalMilliseconds;
        settings.SocketConnectionSetupTimeoutMs = (int)AnswerTime.TotalMilliseconds;
        settings.ReconnectBackoffMs = 50;
        settings.ReconnectBackoffMaxMs = 1000;
        settings.MessageMaxBytes = LargestMessage;
        settings.EnableMetricsPush = false;
        if (options.UsesTls)
        {
            settings.EnableSslCertificateVerification = true;
            settings.SslEndpointIdentificationAlgorithm = SslEndpointIdentificationAlgorithm.Https;
            settings.SslCaPem = options.Authorities;
        }

        if (options.Authenticates)
        {
            settings.SaslMechanism = options.Mechanism;
            settings.SaslUsername = options.Username;
            settings.SaslPassword = options.Password;
        }

        return settings;
    }
}
