using System.Text.Json.Nodes;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>Contexts of integrations with the test server.</summary>
internal static class SqsContexts
{
    public static Dictionary<string, string> Credentials(string secret = SqsServer.SecretAccessKey) =>
        new(StringComparer.Ordinal) { ["accessKeyId"] = SqsServer.AccessKeyId, ["secretAccessKey"] = secret };

    /// <summary>A context with the endpoint and what else is given.</summary>
    public static ConnectorContext Context(
        ConnectorHarness harness,
        string? endpoint,
        JsonObject? settings = null,
        IReadOnlyDictionary<string, string>? credentials = null
    )
    {
        settings ??= [];
        settings["region"] ??= SqsServer.Region;
        settings["endpoint"] = endpoint;
        return harness.Context(settings, credentials ?? Credentials());
    }
}
