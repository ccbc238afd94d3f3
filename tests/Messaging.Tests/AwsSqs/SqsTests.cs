using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>A connector at the shared server, with queues of its own.</summary>
public abstract class SqsTests(SqsFixture fixture) : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private readonly List<AwsSqsConnector> _opened = [];

    protected ConnectorHarness Harness { get; } = new();

    protected SqsServer Server { get; private set; } = null!;

    protected AwsSqsConnector Connector { get; private set; } = null!;

    protected CancellationToken Token => _limit.Token;

    /// <summary>The name of a queue nobody has used.</summary>
    protected string Queue { get; } = "queue-" + Guid.NewGuid().ToString("N");

    protected string FifoQueue => Queue + ".fifo";

    public async ValueTask InitializeAsync()
    {
        Server = await fixture.ServerAsync();
        Connector = Open();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in _opened)
        {
            await connector.DisposeAsync();
        }

        Harness.Dispose();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected AwsSqsConnector Open(JsonObject? settings = null, IReadOnlyDictionary<string, string>? credentials = null)
    {
        var connector = new AwsSqsConnector(SqsContexts.Context(Harness, Server.Endpoint, settings, credentials));
        _opened.Add(connector);
        return connector;
    }

    /// <summary>Another program at the same queues.</summary>
    private protected SqsClient OpenClient()
    {
        var context = SqsContexts.Context(Harness, Server.Endpoint);
        return new SqsClient(context, AwsSqsOptions.Read(context));
    }

    protected static OutgoingMessage Text(string text, string? key = null) =>
        new(Encoding.UTF8.GetBytes(text)) { ContentType = "text/plain", Key = key };

    protected static string Read(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    protected async Task<IReadOnlyList<SendReceipt>> SendAsync(string topic, params OutgoingMessage[] messages) =>
        await Connector.SendAsync(topic, messages, Token);

    protected async Task<IReadOnlyList<Delivery>> ReceiveAsync(
        string topic,
        int most = 10,
        double waitSeconds = 10,
        double leaseSeconds = 30
    ) =>
        await Connector.ReceiveAsync(
            new ReceiveRequest(topic, "workers")
            {
                MaxMessages = most,
                Wait = TimeSpan.FromSeconds(waitSeconds),
                Lease = TimeSpan.FromSeconds(leaseSeconds),
            },
            Token
        );

    protected async Task<Delivery> ReceiveOneAsync(string topic, double leaseSeconds = 30) =>
        Assert.Single(await ReceiveAsync(topic, 1, leaseSeconds: leaseSeconds));

    protected async Task<ConnectorException> RefusedAsync(string topic, params OutgoingMessage[] messages) =>
        await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(topic, messages));

    /// <summary>Operations that the server has been asked for about a queue.</summary>
    protected async Task<IReadOnlyList<string>> SeenAsync(string queue) =>
        [
            .. (await Server.ControlAsync(new { seen = queue }))
                .GetProperty("seen")
                .EnumerateArray()
                .Select(call => call.GetString()!.Split(' ')[0]),
        ];

    /// <summary>A queue as the server has it.</summary>
    protected async Task<JsonElement> InspectAsync(string queue) =>
        (await Server.ControlAsync(new { inspect = queue })).GetProperty("queue");

    /// <summary>Makes the next call about a queue fail, or one behind it.</summary>
    protected Task FailAsync(
        string operation,
        string queue,
        int status,
        object body,
        IReadOnlyDictionary<string, string>? headers = null,
        int skip = 0
    ) =>
        Server.ControlAsync(
            new
            {
                fail = new
                {
                    operation,
                    queue,
                    status,
                    body,
                    headers,
                    skip,
                },
            }
        );

    /// <summary>Makes entries of the next batch fail, which then is not done for them.</summary>
    protected Task FailEntriesAsync(
        string operation,
        string queue,
        string code,
        bool senderFault,
        params string[] entries
    ) =>
        Server.ControlAsync(
            new
            {
                fail = new
                {
                    operation,
                    queue,
                    entries,
                    code,
                    senderFault,
                },
            }
        );
}
