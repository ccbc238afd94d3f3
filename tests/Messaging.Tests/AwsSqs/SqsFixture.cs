using Yyc3.Connectors.Messaging.Tests.AwsSqs;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(SqsFixture))]

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>One server for all tests of the provider, started by the first that asks for it.</summary>
public sealed class SqsFixture : IAsyncDisposable
{
    private readonly Lazy<Task<SqsServer>> _server = new(SqsServer.StartAsync);

    public Task<SqsServer> ServerAsync() => _server.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
