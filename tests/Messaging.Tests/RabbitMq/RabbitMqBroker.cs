using Yyc3.Connectors.Messaging.Tests.RabbitMq;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(RabbitMqBroker))]

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

/// <summary>The broker that the tests share, started by the first that asks for it.</summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<RabbitMqServer>? _server;

    public Task<RabbitMqServer> GetServerAsync()
    {
        lock (_gate)
        {
            return _server ??= Task.Run(RabbitMqServer.StartAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true } started)
        {
            await (await started).DisposeAsync();
        }
    }
}
