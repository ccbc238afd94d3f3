using Yyc3.Connectors.Messaging.Tests.AwsSqs;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(SqsFixture))]

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>One server for all tests of the provider, started by the first that asks for it.</summary>
public sealed class SqsFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SqsServer? _server;

    public async Task<SqsServer> ServerAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _server ??= await SqsServer.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
    }
}
