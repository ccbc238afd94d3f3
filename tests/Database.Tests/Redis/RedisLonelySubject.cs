using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>With a server of its own: a slow script holds up everybody at a server.</summary>
public sealed class RedisLonelySubject : RedisSubject
{
    private RedisServer? _server;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    protected override async Task<RedisServer> ServerAsync() =>
        _server ??= await RedisServer.StartAsync(null, "--appendonly", "no", "--busy-reply-threshold", "60000");
}
