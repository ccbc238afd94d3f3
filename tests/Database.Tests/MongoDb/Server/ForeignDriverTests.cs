using System.Globalization;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>The test server is believed because drivers that nobody here wrote accept it.</summary>
public sealed class ForeignDriverTests
{
    [Theory]
    [InlineData("node", "mongo-drivers.mjs")]
    [InlineData(MongoTestServer.Python, "mongo-drivers.py")]
    public async Task Official_driver_works_with_the_test_server(string program, string script) =>
        Assert.Equal("works", await RunAsync(program, script, MongoTestServer.Password));

    [Theory]
    [InlineData("node", "mongo-drivers.mjs")]
    [InlineData(MongoTestServer.Python, "mongo-drivers.py")]
    public async Task Official_driver_with_a_wrong_password_is_refused(string program, string script) =>
        Assert.Equal("refused", await RunAsync(program, script, "wrong", "refused"));

    private static async Task<string> RunAsync(string program, string script, params string[] arguments)
    {
        var server = await (await MongoServers.GetAsync()).ReplicaSetAsync();
        string[] all =
        [
            MongoTestServer.Script(script),
            server.Port.ToString(CultureInfo.InvariantCulture),
            MongoTestServer.User,
            .. arguments,
        ];
        return (await Shell.RunAsync(program, all)).Trim();
    }
}
