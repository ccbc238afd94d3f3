using Yyc3.Connectors.Messaging.Tests.Kafka;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(KafkaServer))]

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>The mock cluster that most tests share; started when the first one asks for it.</summary>
public sealed class KafkaServer : IAsyncLifetime
{
    private readonly Lazy<Task<KafkaMockBroker>> _broker = new(() => KafkaMockBroker.StartAsync());

    public Task<KafkaMockBroker> BrokerAsync() => _broker.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_broker.IsValueCreated)
        {
            await (await _broker.Value).DisposeAsync();
        }
    }
}
