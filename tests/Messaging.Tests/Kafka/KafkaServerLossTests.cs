using System.Collections.Concurrent;
using System.Text;
using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>
/// The mock keeps its messages in memory, so its broker is taken down instead of killed: connections break and the port
/// refuses, but nothing is proven about a broker's disk.
/// </summary>
public sealed class KafkaServerLossTests : ServerLossTests
{
    private const string Topic = "loss";

    private readonly ConnectorHarness _harness = new();
    private readonly ConcurrentBag<string> _ids = [];
    private KafkaMockBroker _broker = null!;
    private KafkaConnector _connector = null!;

    public override async ValueTask InitializeAsync()
    {
        _broker = await KafkaMockBroker.StartAsync();
        _connector = KafkaFixture.Open(_harness, _broker.BootstrapServers);
    }

    public override async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _broker.DisposeAsync();
        _harness.Dispose();
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage(Encoding.UTF8.GetBytes($"{worker} {number}"));
        _ids.Add((await _connector.SendAsync(Topic, [message], cancellationToken))[0].MessageId);
        // The mock forgets the oldest messages of a partition beyond 5 MB.
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
    }

    protected override Task KillServerAsync() => _broker.TakeDownAsync(1);

    protected override Task StartServerAsync() => _broker.BringUpAsync(1);

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (!ids.IsSupersetOf(_ids))
        {
            var request = new ReceiveRequest(Topic, "check") { MaxMessages = 1000, Wait = TimeSpan.FromSeconds(20) };
            var messages = await _connector.ReceiveAsync(request, cancellationToken);
            Assert.NotEmpty(messages);
            found.UnionWith(messages.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
            ids.UnionWith(messages.Select(message => message.MessageId));
            await _connector.AcknowledgeAsync([.. messages.Select(message => message.Receipt)], cancellationToken);
        }

        Assert.Subset(
            found,
            acknowledged.Select(call => $"{call.Worker} {call.Number}").ToHashSet(StringComparer.Ordinal)
        );
    }
}
