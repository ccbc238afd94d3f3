using Yyc3.Connectors.Messaging.Tests.Kafka;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(KafkaServer))]

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>The mock cluster that most tests share; started when the first one asks for it.</summary>
public sealed class KafkaServer : IAsyncLifetime
{
    private readonly Lock _gate = new();
    private Task<KafkaMockBroker>? _broker;

    public Task<KafkaMockBroker> BrokerAsync()
    {
        lock (_gate)
        {
            return _broker ??= KafkaMockBroker.StartAsync();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await (await _broker).DisposeAsync();
        }
    }
}
