using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// Checks what a user wants to configure against the connector's manifest and splits secrets from settings. Nothing is saved
/// before this has passed.
/// </summary>
internal sealed class IntegrationSetup(PluginRegistry plugins)
{
    private const int MostMetadataBytes = 16 * 1024;

    private static readonly Dictionary<AuthType, string> AuthNames = new()
    {
        [AuthType.None] = "none",
        [AuthType.ApiKey] = "api-key",
        [AuthType.Basic] = "basic",
        [AuthType.Oauth2] = "oauth2",
        [AuthType.Jwt] = "jwt",
        [AuthType.Signature] = "signature",
    };

    /// <summary>The manifest of the version that an integration with this pin uses.</summary>
    public ConnectorManifest Manifest(string provider, string? pin)
    {
        if (pin is { Length: > 0 } && !PluginRegistry.IsPin(pin))
        {
            throw Fault.InvalidConfig(
                "options.connectorVersion",
                "must be a version such as 1.4.0 or a range such as [1.0,2.0)"
            );
        }

        if (plugins.Select(provider, pin) is { } plugin)
        {
            return plugin.Manifest!;
        }

        var versions = plugins
            .Versions.Where(version => string.Equals(version.Id, provider, StringComparison.Ordinal))
            .ToList();
        var usable = versions.Where(version => version.IsUsable).ToList();
        throw versions.Count == 0 ? Fault.InvalidConfig("provider", $"must be one of {string.Join(", ", Known())}")
        : usable.Count > 0
            ? Fault.InvalidConfig(
                "options.connectorVersion",
                $"matches none of {string.Join(", ", usable.Select(version => version.Version))}"
            )
        : new FaultException(Fault.ConnectorUnavailable)
        {
            Field = "provider",
            Reason = $"the plugin {provider} {versions[0].Trouble}",
        };
    }

    public static void CheckType(ConnectorManifest manifest, string type)
    {
        if (!string.Equals(manifest.Type, type, StringComparison.Ordinal))
        {
            throw Fault.InvalidConfig("type", $"must be {manifest.Type} for the provider {manifest.Id}");
        }
    }

    public static void CheckAuthType(ConnectorManifest manifest, AuthType type)
    {
        if (!AuthNames.TryGetValue(type, out var name) || !manifest.AuthTypes.Contains(name, StringComparer.Ordinal))
        {
            throw Fault.InvalidConfig(
                "auth.type",
                $"must be {string.Join(" or ", manifest.AuthTypes)} for the provider {manifest.Id}"
            );
        }
    }

    public static void CheckOptions(IntegrationOptions options)
    {
        if (options.HasEncryptionAlgorithm && options.EncryptionAlgorithm is not ("AES256" or "aws:kms"))
        {
            throw Fault.InvalidConfig("options.encryptionAlgorithm", "must be AES256 or aws:kms");
        }

        MappingCheck.Check(options.Mapping, "options.mapping", Fault.InvalidConfig);
    }

    public static void CheckMetadata(Struct metadata)
    {
        if (metadata.CalculateSize() > MostMetadataBytes)
        {
            throw Fault.InvalidConfig("metadata", $"must be at most {MostMetadataBytes / 1024} KiB");
        }
    }

    /// <summary>Moves the secrets of a configuration to the credentials; those named as credentials win.</summary>
    /// <param name="manifest">The connector's manifest.</param>
    /// <param name="config">What the user gave as config; loses its secrets.</param>
    /// <param name="credentials">What the user gave as credentials, or null.</param>
    /// <returns>The secrets by name.</returns>
    public static Dictionary<string, string> Split(ConnectorManifest manifest, Struct config, Struct? credentials)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in manifest.Settings.SecretNames.Where(config.Fields.ContainsKey))
        {
            secrets[name] = Text("config." + name, config.Fields[name]);
            config.Fields.Remove(name);
        }

        foreach (var (name, value) in credentials?.Fields ?? [])
        {
            var field = "auth.credentials." + name;
            secrets[name] = manifest.Settings.SecretNames.Contains(name)
                ? Text(field, value)
                : throw Fault.InvalidConfig(field, $"is not a credential of the provider {manifest.Id}");
        }

        return secrets;
    }

    /// <summary>Checks settings and secrets together against the manifest's schema.</summary>
    public static void Check(ConnectorManifest manifest, Struct settings, IReadOnlyDictionary<string, string> secrets)
    {
        var whole = settings.Clone();
        foreach (var (name, secret) in secrets)
        {
            whole.Fields[name] = Value.ForString(secret);
        }

        if (manifest.Settings.Validate(ToJson(whole)) is not [var first, ..])
        {
            return;
        }

        var name0 = first.Path.Split('.', '[')[0];
        var prefix = manifest.Settings.SecretNames.Contains(name0) ? "auth.credentials" : "config";
        throw Fault.InvalidConfig(first.Path.Length == 0 ? prefix : $"{prefix}.{first.Path}", first.Reason);
    }

    /// <summary>The settings as the connector reads them, defaults filled in.</summary>
    public static JsonElement ForConnector(ConnectorManifest manifest, Struct settings) =>
        manifest.Settings.WithDefaults(ToJson(settings));

    /// <summary>Replaces members; null removes one, objects are merged.</summary>
    public static Struct Merge(Struct target, Struct? changes)
    {
        var merged = target.Clone();
        foreach (var (name, value) in changes?.Fields ?? [])
        {
            if (value.KindCase is Value.KindOneofCase.NullValue or Value.KindOneofCase.None)
            {
                merged.Fields.Remove(name);
            }
            else if (
                value.KindCase == Value.KindOneofCase.StructValue
                && merged.Fields.TryGetValue(name, out var old)
                && old.KindCase == Value.KindOneofCase.StructValue
            )
            {
                merged.Fields[name] = Value.ForStruct(Merge(old.StructValue, value.StructValue));
            }
            else
            {
                merged.Fields[name] = value.Clone();
            }
        }

        return merged;
    }

    private IEnumerable<string> Known() =>
        plugins.Versions.Select(version => version.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>A secret is a text; an object, such as a service account's key file, is kept as its JSON.</summary>
    private static string Text(string field, Value value) =>
        value.KindCase switch
        {
            Value.KindOneofCase.StringValue => value.StringValue,
            Value.KindOneofCase.StructValue => JsonFormatter.Default.Format(value.StructValue),
            _ => throw Fault.InvalidConfig(field, "must be a text"),
        };

    /// <summary>Free JSON of the contracts as schemas and connectors read it.</summary>
    public static JsonElement ToJson(Struct value)
    {
        using var document = JsonDocument.Parse(JsonFormatter.Default.Format(value));
        return document.RootElement.Clone();
    }
}
