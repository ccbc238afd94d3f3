using System.Runtime.InteropServices;

namespace Yyc3.Connectors.KafkaMock;

/// <summary>The functions of librdkafka that make a mock cluster (rdkafka.h, rdkafka_mock.h).</summary>
internal static partial class MockLibrary
{
    private const string Name = "librdkafka";
    private static nint _handle;

    /// <summary>Loads the library; before anything else here.</summary>
    public static void Load(string path)
    {
        _handle = NativeLibrary.Load(path);
        NativeLibrary.SetDllImportResolver(
            typeof(MockLibrary).Assembly,
            (name, _, _) => string.Equals(name, Name, StringComparison.Ordinal) ? _handle : 0
        );
    }

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint NewConfiguration();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Configure(nint configuration, string name, string value, Span<byte> error, nuint length);

    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    public static partial nint NewClient(int type, nint configuration, Span<byte> error, nuint errorLength);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint Bootstraps(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_set_controller_id")]
    public static partial void SetController(nint cluster, int broker);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    public static partial void SetRebalanceDelay(nint cluster, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetTopicError(nint cluster, string topic, int error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_down")]
    public static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_up")]
    public static partial int SetUp(nint cluster, int broker);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    public static partial int SetRoundTrip(nint cluster, int broker, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_host_port", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Advertise(nint cluster, int broker, string host, int port);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static partial void PushErrors(nint cluster, short apiKey, nuint count, ReadOnlySpan<int> errors);
}
