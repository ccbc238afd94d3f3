using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Integrations over the wire.</summary>
internal sealed class IntegrationService(
    IntegrationStore store,
    IntegrationSetup setup,
    CredentialStore credentials,
    ConnectorCalls calls,
    IntegrationCheck check,
    ActionCalls actions,
    StatisticsStore statistics,
    TimeProvider time
) : Contracts.Integration.V1.IntegrationService.IntegrationServiceBase
{
    private const int DefaultPageSize = 20;

    public override async Task<CreateIntegrationResponse> CreateIntegration(
        CreateIntegrationRequest request,
        ServerCallContext context
    )
    {
        var options = request.Options ?? new IntegrationOptions();
        var metadata = request.Metadata ?? new Struct();
        var manifest = setup.Manifest(request.Provider, options.ConnectorVersion);
        IntegrationSetup.CheckType(manifest, request.Type);
        IntegrationSetup.CheckAuthType(manifest, request.Auth.Type);
        IntegrationSetup.CheckOptions(options);
        IntegrationSetup.CheckMetadata(metadata);
        var settings = request.Config.Clone();
        var secrets = IntegrationSetup.Split(manifest, settings, request.Auth.Credentials);
        IntegrationSetup.Check(manifest, settings, secrets);

        var now = Now();
        var integration = new Integration
        {
            Id = Ids.New("int-"),
            TenantId = Caller.Of(context).TenantId,
            Name = request.Name,
            Description = request.Description,
            Type = request.Type,
            Provider = request.Provider,
            IsActive = true,
            Settings = settings,
            Options = options.Clone(),
            Metadata = metadata.Clone(),
            AuthType = request.Auth.Type,
            Revision = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var sealedSecrets = await credentials.SealAsync(
            integration.TenantId,
            integration.Id,
            secrets,
            context.CancellationToken
        );
        await store.AddAsync(integration, sealedSecrets, context.CancellationToken);
        return new CreateIntegrationResponse { Integration = IntegrationMapping.ToProto(integration) };
    }

    public override async Task<ListIntegrationsResponse> ListIntegrations(
        ListIntegrationsRequest request,
        ServerCallContext context
    )
    {
        var page = request.HasPage ? request.Page : 1;
        var size = request.HasPageSize ? request.PageSize : DefaultPageSize;
        var skip = (int)Math.Min((long)(page - 1) * size, int.MaxValue);
        var (found, total) = await store.ListAsync(
            Caller.Of(context).TenantId,
            request.Type.Length > 0 ? request.Type : null,
            IntegrationMapping.IsActive(request.Status),
            skip,
            size,
            context.CancellationToken
        );
        return new ListIntegrationsResponse
        {
            Integrations = { found.Select(IntegrationMapping.ToSummary) },
            Pagination = new Pagination
            {
                Page = page,
                PageSize = size,
                Total = total,
                TotalPages = (int)((total + size - 1) / size),
            },
        };
    }

    public override async Task<GetIntegrationResponse> GetIntegration(
        GetIntegrationRequest request,
        ServerCallContext context
    )
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var proto = IntegrationMapping.ToProto(integration);
        proto.Stats = IntegrationMapping.ToProto(await statistics.ForAllNodesAsync(integration.Id));
        if (await store.LastSyncAsync(integration.Id, context.CancellationToken) is { } last)
        {
            proto.Stats.LastSyncAt = DateTimeOffset.FromUnixTimeMilliseconds(last).ToTimestamp();
        }

        return new GetIntegrationResponse { Integration = proto };
    }

    public override async Task<UpdateIntegrationResponse> UpdateIntegration(
        UpdateIntegrationRequest request,
        ServerCallContext context
    )
    {
        var old = await calls.FindAsync(context, request.IntegrationId);
        CheckEtag(old, request.IfMatch);
        if (request is { HasName: true, Name: "" })
        {
            throw Fault.Invalid("name", "must not be empty");
        }

        var options = request.Options is null ? old.Options : Merge(old.Options, request.Options);
        var manifest = setup.Manifest(old.Provider, options.ConnectorVersion);
        var authType = request.Auth?.Type ?? old.AuthType;
        IntegrationSetup.CheckAuthType(manifest, authType);
        IntegrationSetup.CheckOptions(options);

        var changes = request.Config?.Clone() ?? new Struct();
        var newSecrets = IntegrationSetup.Split(manifest, changes, request.Auth?.Credentials);
        var secrets = new Dictionary<string, string>(
            await credentials.LoadAsync(old.TenantId, old.Id, context.CancellationToken),
            StringComparer.Ordinal
        );
        foreach (var (name, secret) in newSecrets)
        {
            secrets[name] = secret;
        }

        var settings = IntegrationSetup.Merge(old.Settings, changes);
        IntegrationSetup.Check(manifest, settings, secrets);
        var metadata = IntegrationSetup.Merge(old.Metadata, request.Metadata);
        IntegrationSetup.CheckMetadata(metadata);
        var integration = old with
        {
            Name = request.HasName ? request.Name : old.Name,
            Description = request.HasDescription ? request.Description : old.Description,
            IsActive = IntegrationMapping.IsActive(request.Status) ?? old.IsActive,
            Settings = settings,
            Options = options,
            Metadata = metadata,
            AuthType = authType,
            Revision = old.Revision + 1,
            UpdatedAt = Later(old.UpdatedAt),
        };
        var sealedSecrets =
            newSecrets.Count == 0
                ? null
                : await credentials.SealAsync(old.TenantId, old.Id, secrets, context.CancellationToken);
        if (!await store.UpdateAsync(integration, sealedSecrets, context.CancellationToken))
        {
            throw Overtaken();
        }

        return new UpdateIntegrationResponse { Integration = IntegrationMapping.ToProto(integration) };
    }

    public override async Task<DeleteIntegrationResponse> DeleteIntegration(
        DeleteIntegrationRequest request,
        ServerCallContext context
    )
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        CheckEtag(integration, request.IfMatch);
        if (!await store.DeleteAsync(integration, context.CancellationToken))
        {
            throw Overtaken();
        }

        statistics.Forget(integration.Id);
        return new DeleteIntegrationResponse();
    }

    public override Task<TestIntegrationResponse> TestIntegration(
        TestIntegrationRequest request,
        ServerCallContext context
    ) => check.TestAsync(request, context);

    public override Task<GetIntegrationStatusResponse> GetIntegrationStatus(
        GetIntegrationStatusRequest request,
        ServerCallContext context
    ) => check.StatusAsync(request, context);

    public override Task<InvokeActionResponse> InvokeAction(InvokeActionRequest request, ServerCallContext context) =>
        actions.InvokeAsync(request, context);

    private static void CheckEtag(Integration integration, string ifMatch)
    {
        if (
            ifMatch.Length > 0
            && ifMatch is not "*"
            && !string.Equals(ifMatch, integration.Etag, StringComparison.Ordinal)
        )
        {
            throw new FaultException(Fault.EtagMismatch)
            {
                Field = "ifMatch",
                Reason = $"the integration's etag is {integration.Etag}",
            };
        }
    }

    private static FaultException Overtaken() =>
        new(Fault.EtagMismatch) { Reason = "another change was made at the same time", Retryable = true };

    private static IntegrationOptions Merge(IntegrationOptions old, IntegrationOptions changes)
    {
        var merged = old.Clone();
        merged.MergeFrom(changes);
        if (changes.Mapping is not null)
        {
            // A list would be added to the one before.
            merged.Mapping = changes.Mapping.Clone();
        }

        return merged;
    }

    /// <summary>Times are told in milliseconds, so they are kept in milliseconds.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private DateTimeOffset Later(DateTimeOffset before)
    {
        var now = Now();
        return now > before ? now : before.AddMilliseconds(1);
    }
}
