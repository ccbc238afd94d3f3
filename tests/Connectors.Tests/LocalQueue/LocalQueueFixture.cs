using System.Text;
using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

/// <summary>A queue in a folder of its own whose clock stands still.</summary>
public abstract class LocalQueueFixture : IAsyncDisposable
{
    protected const string Topic = "orders";
    protected const string Group = "workers";
    protected static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private readonly List<LocalQueueConnector> _opened = [];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1), TimeProvider.System);

    protected LocalQueueFixture() => Harness = new ConnectorHarness { Time = Clock };

    protected FakeClock Clock { get; } = new();

    protected ConnectorHarness Harness { get; }

    protected CancellationToken Token => _limit.Token;

    protected string File => Path.Combine(Harness.DataDirectory, "queues", "int-test.db");

    protected LocalQueueConnector Open(object? settings = null) => Keep(new(Harness.Context(settings)));

    private protected LocalQueueConnector Open(QueueRules rules) =>
        Keep(new LocalQueueConnector(Harness.Context(), new LocalQueueOptions(File, rules)));

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in _opened)
        {
            await connector.DisposeAsync();
        }

        _limit.Dispose();
        Harness.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static OutgoingMessage Text(string text, string? key = null) =>
        new(Encoding.UTF8.GetBytes(text)) { Key = key };

    protected static string Read(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    protected Task<IReadOnlyList<SendReceipt>> SendAsync(LocalQueueConnector queue, params string[] texts) =>
        queue.SendAsync(Topic, Array.ConvertAll(texts, text => Text(text)), Token).AsTask();

    /// <summary>Looks once, unless it is told to wait.</summary>
    protected Task<IReadOnlyList<Delivery>> ReceiveAsync(
        LocalQueueConnector queue,
        TimeSpan wait = default,
        TimeSpan? lease = null,
        string topic = Topic,
        string group = Group,
        int most = 1000
    ) =>
        queue
            .ReceiveAsync(
                new ReceiveRequest(topic, group)
                {
                    MaxMessages = most,
                    Wait = wait,
                    Lease = lease ?? Long,
                },
                Token
            )
            .AsTask();

    private LocalQueueConnector Keep(LocalQueueConnector connector)
    {
        _opened.Add(connector);
        return connector;
    }
}
