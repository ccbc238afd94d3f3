using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Storage.Tests.Gcs;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(GcsFixture))]

namespace Yyc3.Connectors.Storage.Tests.Gcs;

/// <summary>The double, plain and with TLS, and Google's emulator, for all tests of the connector.</summary>
public sealed class GcsFixture : IAsyncDisposable
{
    private readonly ConnectorHarness _harness = new();
    private readonly LazyServer<GcsServer> _double = new(() => GcsServer.StartDoubleAsync());
    private readonly LazyServer<GcsServer> _emulator = new(GcsServer.StartEmulatorAsync);
    private readonly LazyServer<GcsServer> _secure;

    public GcsFixture() => _secure = new(() => GcsServer.StartDoubleAsync(Authority));

    public TestAuthority Authority { get; } = TestAuthority.Create();

    public Task<GcsServer> DoubleAsync() => _double.GetAsync();

    public Task<GcsServer> SecureAsync() => _secure.GetAsync();

    public GcsConnector Open(object settings, string? token = GcsServer.Token, string? account = null)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
        if (account is not null)
        {
            credentials["serviceAccountJson"] = account;
        }
        else if (token is not null)
        {
            credentials["accessToken"] = token;
        }

        return new GcsConnector(_harness.Context(settings, credentials));
    }

    public async Task<GcsConnector> OpenDoubleAsync(string prefix = "") =>
        Open(Settings((await DoubleAsync()).Endpoint, prefix));

    public async Task<GcsConnector> OpenEmulatorAsync() => Open(Settings((await _emulator.GetAsync()).Endpoint));

    public static object Settings(string endpoint, string prefix = "", string bucket = GcsServer.Bucket) =>
        new
        {
            bucket,
            endpoint,
            prefix,
            chunkSize = 1024 * 1024,
        };

    public async ValueTask DisposeAsync()
    {
        await _double.DisposeAsync();
        await _secure.DisposeAsync();
        await _emulator.DisposeAsync();
        _harness.Dispose();
    }
}
