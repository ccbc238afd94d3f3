using System.Text;
using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>Connectors for the shared mock cluster and the steps that tests are made of.</summary>
public abstract class KafkaFixture(KafkaServer server) : IAsyncLifetime
{
    private readonly List<KafkaConnector> _open = [];

    /// <summary>The mock makes a group wait this long, less a second, whenever a member leaves.</summary>
    private static readonly TimeSpan SessionTime = TimeSpan.FromSeconds(3);

    protected ConnectorHarness Harness { get; } = new();

    protected KafkaMockBroker Broker { get; private set; } = null!;

    protected string Topic { get; } = "topic-" + Guid.NewGuid().ToString("N");

    protected string Group { get; } = "group-" + Guid.NewGuid().ToString("N");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens a connector as tests do: with times that are short.</summary>
    internal static KafkaConnector Open(
        ConnectorHarness harness,
        string servers,
        Func<KafkaOptions, KafkaOptions>? change = null,
        string integrationId = "int-test"
    )
    {
        var context = harness.Context(new { bootstrapServers = servers }, integrationId: integrationId);
        var options = KafkaOptions.Read(context) with { SessionTime = SessionTime };
        return new KafkaConnector(context, change?.Invoke(options) ?? options);
    }

    public virtual async ValueTask InitializeAsync() => Broker = await server.BrokerAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_open.Select(connector => connector.DisposeAsync().AsTask()));
        Harness.Dispose();
        GC.SuppressFinalize(this);
    }

    internal KafkaConnector Open(Func<KafkaOptions, KafkaOptions>? change = null, string integrationId = "int-test")
    {
        var connector = Open(Harness, Broker.BootstrapServers, change, integrationId);
        _open.Add(connector);
        return connector;
    }

    protected static OutgoingMessage Text(string text, string? key = null, int? partition = null) =>
        new(Encoding.UTF8.GetBytes(text))
        {
            ContentType = "text/plain",
            Key = key,
            Partition = partition,
        };

    protected static string Read(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    protected ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        KafkaConnector connector,
        params OutgoingMessage[] messages
    ) => connector.SendAsync(Topic, messages, Token);

    protected ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        KafkaConnector connector,
        int most = 100,
        int waitSeconds = 20,
        TimeSpan? lease = null
    ) =>
        connector.ReceiveAsync(
            new ReceiveRequest(Topic, Group)
            {
                MaxMessages = most,
                Wait = TimeSpan.FromSeconds(waitSeconds),
                Lease = lease ?? TimeSpan.FromMinutes(1),
            },
            Token
        );

    /// <summary>Receives until so many have come.</summary>
    protected async Task<IReadOnlyList<Delivery>> ReceiveAllAsync(
        KafkaConnector connector,
        int count,
        TimeSpan? lease = null
    )
    {
        var all = new List<Delivery>();
        while (all.Count < count)
        {
            var some = await ReceiveAsync(connector, count - all.Count, lease: lease);
            Assert.True(some.Count > 0, $"Only {all.Count} of {count} messages came.");
            all.AddRange(some);
        }

        return all;
    }

    protected static ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        KafkaConnector connector,
        params IEnumerable<Delivery> deliveries
    ) => connector.AcknowledgeAsync([.. deliveries.Select(delivery => delivery.Receipt)], Token);
}
