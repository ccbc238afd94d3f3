using System.Text.Json.Nodes;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

/// <summary>Opens connectors at a test broker.</summary>
internal static class RabbitMqSettings
{
    /// <summary>Opens one.</summary>
    /// <param name="harness">Where it lives.</param>
    /// <param name="server">The broker.</param>
    /// <param name="settings">Settings beside host and port, which they may replace.</param>
    /// <param name="password">The password, if not the right one.</param>
    /// <param name="user">The user, if not the administrator.</param>
    public static RabbitMqConnector Open(
        this ConnectorHarness harness,
        RabbitMqServer server,
        JsonObject? settings = null,
        string password = RabbitMqServer.Password,
        string user = RabbitMqServer.User
    )
    {
        var all = new JsonObject { ["host"] = "127.0.0.1", ["port"] = server.Port };
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value?.DeepClone();
        }

        var credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["username"] = user,
            ["password"] = password,
        };
        return new RabbitMqConnector(harness.Context(all, credentials));
    }
}
