using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

/// <summary>A topic of its own at the shared broker, connectors, and a program that uses the plain library.</summary>
public abstract class RabbitMqFixture(RabbitMqBroker broker) : IAsyncLifetime
{
    protected const string Group = "workers";

    protected static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    protected static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private readonly List<RabbitMqConnector> _opened = [];
    private IConnection? _foreign;

    protected CancellationToken Token => _limit.Token;

    protected ConnectorHarness Harness { get; } = new();

    protected string Topic { get; } = "test-" + Guid.NewGuid().ToString("N");

    protected RabbitMqServer Server { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Server = await broker.GetServerAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var connector in _opened)
        {
            await connector.DisposeAsync();
        }

        if (_foreign is not null)
        {
            await _foreign.DisposeAsync();
        }

        Harness.Dispose();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected RabbitMqConnector Open(JsonObject? settings = null)
    {
        var connector = Harness.Open(Server, settings);
        _opened.Add(connector);
        return connector;
    }

    /// <summary>A channel of another program.</summary>
    protected async Task<IChannel> OpenForeignAsync()
    {
        _foreign ??= await new ConnectionFactory
        {
            HostName = "127.0.0.1",
            Port = Server.Port,
            UserName = RabbitMqServer.User,
            Password = RabbitMqServer.Password,
        }.CreateConnectionAsync(Token);
        return await _foreign.CreateChannelAsync(new CreateChannelOptions(true, true), Token);
    }

    protected static OutgoingMessage Text(string text) => new(Encoding.UTF8.GetBytes(text));

    protected static string Read(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    protected Task<IReadOnlyList<SendReceipt>> SendAsync(RabbitMqConnector connector, params string[] texts) =>
        connector.SendAsync(Topic, Array.ConvertAll(texts, Text), Token).AsTask();

    protected Task<IReadOnlyList<Delivery>> ReceiveAsync(
        RabbitMqConnector connector,
        int most = 100,
        TimeSpan? wait = null,
        TimeSpan? lease = null,
        string? topic = null
    ) =>
        connector
            .ReceiveAsync(
                new ReceiveRequest(topic ?? Topic, Group)
                {
                    MaxMessages = most,
                    Wait = wait ?? Patience,
                    Lease = lease ?? Long,
                },
                Token
            )
            .AsTask();

    /// <summary>Receives until so many messages are there.</summary>
    protected async Task<IReadOnlyList<Delivery>> ReceiveAllAsync(
        RabbitMqConnector connector,
        int count,
        string? topic = null
    )
    {
        var received = new List<Delivery>();
        while (received.Count < count)
        {
            var some = await ReceiveAsync(connector, count - received.Count, topic: topic);
            Assert.True(some.Count > 0, $"Only {received.Count} of {count} messages arrived.");
            received.AddRange(some);
        }

        return received;
    }
}
