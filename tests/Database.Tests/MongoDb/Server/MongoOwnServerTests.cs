using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>Ground of the tests that change their server, or count what it holds.</summary>
public abstract class MongoOwnServerTests : MongoServerTests
{
    private protected const int PoolSize = 4;

    private MongoTestServer? _server;

    private protected MongoTestServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected override async ValueTask<MongoDbConnector> OpenAsync()
    {
        _server = await MongoTestServer.StartAsync();
        return MongoServers.Open(Harness, _server, "own", PoolSize);
    }

    /// <summary>Makes the server fail.</summary>
    private protected Task FailNextAsync(string command, string how) =>
        AdminAsync(
            Server,
            "{\"configureFailPoint\": \"failCommand\", \"mode\": {\"times\": 1}, \"data\": {\"failCommands\": [\""
                + command
                + "\"], "
                + how
                + "}}"
        );

    /// <summary>Waits until the server counts none of something any more.</summary>
    private protected async Task UntilNoneAsync(string what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while ((await QueryAsync("""{"dbStats": 1}"""))[0][what].AsInt64() != 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, $"{what} does not fall to 0.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
