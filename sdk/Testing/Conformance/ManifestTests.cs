using System.Reflection;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Manifests;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>What every plugin's manifest must hold; subclass it with the connector's class.</summary>
/// <typeparam name="TConnector">The connector class of the plugin.</typeparam>
public abstract class ManifestTests<TConnector>
    where TConnector : IConnector
{
    private static readonly Dictionary<string, Type> Interfaces = new(StringComparer.Ordinal)
    {
        ["storage"] = typeof(IObjectStore),
        ["database"] = typeof(IDatabase),
        ["messaging.send"] = typeof(IMessageSender),
        ["messaging.receive"] = typeof(IMessageReceiver),
        ["records.read"] = typeof(IRecordSource),
        ["records.write"] = typeof(IRecordSink),
        ["actions"] = typeof(IActions),
    };

    private readonly ConnectorManifest _manifest = ManifestReader.Read(
        File.ReadAllBytes(
            Path.Combine(
                Path.GetDirectoryName(typeof(TConnector).Assembly.Location)!,
                "manifests",
                typeof(TConnector).Assembly.GetName().Name + ".json"
            )
        )
    );

    [Fact]
    public void Entry_assembly_names_its_connector()
    {
        var assembly = typeof(TConnector).Assembly;
        Assert.Equal(assembly.GetName().Name + ".dll", _manifest.Entry);
        Assert.Equal(typeof(TConnector), assembly.GetCustomAttribute<ConnectorAttribute>()?.Type);
    }

    [Fact]
    public void Connector_has_the_constructor_the_host_calls() =>
        Assert.NotNull(typeof(TConnector).GetConstructor([typeof(ConnectorContext)]));

    [Fact]
    public void Declared_capabilities_are_the_interfaces_implemented()
    {
        var implemented = Interfaces
            .Where(capability => capability.Value.IsAssignableFrom(typeof(TConnector)))
            .Select(capability => capability.Key);
        Assert.Equal(implemented.Order(StringComparer.Ordinal), _manifest.Capabilities.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Version_is_the_assembly_version()
    {
        var version = typeof(TConnector).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        Assert.Equal(_manifest.Version, version?.InformationalVersion.Split('+')[0]);
    }

    [Fact]
    public void Every_setting_is_described() =>
        Assert.All(
            _manifest.Settings.Json.TryGetProperty("properties", out var properties)
                ? properties.EnumerateObject().ToList()
                : [],
            setting =>
                Assert.True(setting.Value.TryGetProperty("description", out _), $"{setting.Name} has no description")
        );

    [Fact]
    public void Credentials_are_declared_where_they_are_taken()
    {
        var secrets = _manifest
            .Settings.Json.GetProperty("properties")
            .EnumerateObject()
            .Count(setting => setting.Value.TryGetProperty("secret", out var secret) && secret.GetBoolean());
        Assert.Equal(_manifest.AuthTypes.Any(type => type is not "none"), secrets > 0);
    }

    [Fact]
    public void Unknown_settings_are_refused()
    {
        Assert.True(_manifest.Settings.Json.TryGetProperty("additionalProperties", out var additional));
        Assert.False(additional.GetBoolean());
    }
}
