using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Connector.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Sdk.Manifests;
using PluginState = Yyc3.Connectors.Runtime.Plugins.PluginState;
using ProtoState = Yyc3.Connectors.Contracts.Connector.V1.PluginState;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>The catalogue of connectors over the wire.</summary>
internal sealed class ConnectorService(PluginRegistry plugins)
    : Contracts.Connector.V1.ConnectorService.ConnectorServiceBase
{
    public override Task<ListConnectorsResponse> ListConnectors(
        ListConnectorsRequest request,
        ServerCallContext context
    )
    {
        var connectors = plugins
            .Versions.GroupBy(version => version.Id, StringComparer.Ordinal)
            .Select(group => Describe([.. group]))
            .Where(connector =>
                request.Type.Length == 0 || string.Equals(connector.Type, request.Type, StringComparison.Ordinal)
            );
        return Task.FromResult(new ListConnectorsResponse { Connectors = { connectors } });
    }

    public override Task<GetConnectorResponse> GetConnector(GetConnectorRequest request, ServerCallContext context)
    {
        var versions = plugins
            .Versions.Where(version => string.Equals(version.Id, request.ConnectorId, StringComparison.Ordinal))
            .ToList();
        return versions.Count > 0
            ? Task.FromResult(new GetConnectorResponse { Connector = Describe(versions) })
            : throw new FaultException(Fault.ConnectorNotFound)
            {
                Field = "connectorId",
                Reason = "is not a connector",
            };
    }

    private Connector Describe(List<PluginVersion> versions)
    {
        var current = plugins.Select(versions[0].Id, pin: null);
        var shown = current ?? versions[0];
        var connector = new Connector
        {
            Id = shown.Id,
            DisplayName = shown.Manifest?.DisplayName ?? shown.Id,
            Description = shown.Manifest?.Description ?? "",
            Type = shown.Manifest?.Type ?? "",
            Version = current?.Version.ToNormalizedString() ?? "",
            State = ToProto(shown.State),
            Versions = { versions.Select(Describe) },
        };
        if (shown.Manifest is { } manifest)
        {
            connector.Capabilities.AddRange(manifest.Capabilities);
            connector.AuthTypes.AddRange(manifest.AuthTypes);
            connector.ConfigSchema = ToStruct(manifest.Settings);
            connector.Actions.AddRange(manifest.Actions.Select(Describe));
        }

        return connector;
    }

    private static ConnectorVersion Describe(PluginVersion version) =>
        new()
        {
            Version = version.Version.ToNormalizedString(),
            State = ToProto(version.State),
            Reason = version.Reason,
            Sdk = version.Manifest?.Sdk ?? "",
        };

    private static ConnectorAction Describe(ActionManifest action) =>
        new()
        {
            Name = action.Name,
            Description = action.Description,
            Permission = action.Permission ?? ActionCalls.DefaultPermission(action.Idempotent),
            InputSchema = ToStruct(action.Input),
            OutputSchema = action.Output is { } output ? ToStruct(output) : null,
        };

    private static Struct ToStruct(JsonSchema schema) => JsonParser.Default.Parse<Struct>(schema.Json.GetRawText());

    private static ProtoState ToProto(PluginState state) =>
        state switch
        {
            PluginState.Ready => ProtoState.Ready,
            PluginState.Loaded => ProtoState.Loaded,
            PluginState.Draining => ProtoState.Draining,
            PluginState.Unavailable => ProtoState.Unavailable,
            _ => ProtoState.Failed,
        };
}
