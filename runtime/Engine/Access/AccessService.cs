using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Access.V1;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>Tenants and API keys over the wire.</summary>
internal sealed partial class AccessService(ApiKeyStore keys, KeyRing ring, TenantStore tenants, TimeProvider time)
    : Contracts.Access.V1.AccessService.AccessServiceBase
{
    public override async Task<CreateApiKeyResponse> CreateApiKey(
        CreateApiKeyRequest request,
        ServerCallContext context
    )
    {
        foreach (var (index, permission) in request.Permissions.Index())
        {
            if (!KnownPermission.IsKnown(permission))
            {
                throw Fault.Invalid(
                    $"permissions[{index}]",
                    $"must be one of {string.Join(", ", KnownPermission.All)}"
                );
            }
        }

        if (request.Permissions.Count == 0 && !request.Admin)
        {
            throw Fault.Invalid("permissions", "must name at least one permission, or the key must be an admin key");
        }

        if (request.ExpiresAt is not null && request.ExpiresAt.ToDateTimeOffset() <= time.GetUtcNow())
        {
            throw Fault.Invalid("expiresAt", "must lie in the future");
        }

        var tenantId = request.TenantId.Length > 0 ? request.TenantId : TenantStore.Default;
        if (!await tenants.ExistsAsync(tenantId, context.CancellationToken))
        {
            throw Fault.Invalid("tenantId", "is not a tenant");
        }

        var key = ApiKeyStore.Make();
        var record = await keys.AddAsync(
            key,
            request.Name,
            tenantId,
            request.Permissions.Distinct(StringComparer.Ordinal),
            request.Admin,
            request.ExpiresAt?.ToDateTimeOffset(),
            context.CancellationToken
        );
        context.GetHttpContext().Response.Headers.CacheControl = "no-store";
        return new CreateApiKeyResponse { ApiKey = Describe(record), Key = key };
    }

    public override async Task<ListApiKeysResponse> ListApiKeys(ListApiKeysRequest request, ServerCallContext context)
    {
        var records = await keys.ListAsync(
            request.TenantId.Length > 0 ? request.TenantId : null,
            context.CancellationToken
        );
        return new ListApiKeysResponse { ApiKeys = { records.Select(Describe) } };
    }

    public override async Task<DeleteApiKeyResponse> DeleteApiKey(
        DeleteApiKeyRequest request,
        ServerCallContext context
    )
    {
        var hash =
            await keys.DeleteAsync(request.KeyId, context.CancellationToken)
            ?? throw new FaultException(Fault.KeyNotFound) { Field = "keyId", Reason = "is not a key" };
        ring.Forget(hash);
        return new DeleteApiKeyResponse();
    }

    public override async Task<CreateTenantResponse> CreateTenant(
        CreateTenantRequest request,
        ServerCallContext context
    )
    {
        if (!TenantShape().IsMatch(request.Id))
        {
            throw Fault.Invalid("id", "must be lower-case letters, digits and dashes");
        }

        var record =
            await tenants.AddAsync(
                request.Id,
                request.Name.Length > 0 ? request.Name : request.Id,
                context.CancellationToken
            ) ?? throw new FaultException(Fault.TenantExists) { Field = "id", Reason = "is taken" };
        return new CreateTenantResponse { Tenant = Describe(record) };
    }

    public override async Task<ListTenantsResponse> ListTenants(ListTenantsRequest request, ServerCallContext context)
    {
        var records = await tenants.ListAsync(context.CancellationToken);
        return new ListTenantsResponse { Tenants = { records.Select(Describe) } };
    }

    private static ApiKey Describe(ApiKeyRecord record) =>
        new()
        {
            Id = record.Id,
            Name = record.Name,
            TenantId = record.TenantId,
            Permissions = { record.PermissionNames },
            Admin = record.IsAdmin,
            Prefix = record.Prefix,
            CreatedAt = Moment(record.CreatedAt),
            ExpiresAt = record.ExpiresAt is { } expiresAt ? Moment(expiresAt) : null,
        };

    private static Tenant Describe(TenantRecord record) =>
        new()
        {
            Id = record.Id,
            Name = record.Name,
            CreatedAt = Moment(record.CreatedAt),
        };

    private static Timestamp Moment(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToTimestamp();

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TenantShape();
}
