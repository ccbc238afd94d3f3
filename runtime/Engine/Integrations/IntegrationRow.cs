using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>A row of <c>integrations</c>; times are Unix milliseconds, documents are JSON.</summary>
internal sealed class IntegrationRow
{
    public const string Select =
        "select id as Id, tenant_id as TenantId, name as Name, description as Description, type as Type,"
        + " provider as Provider, status as Status, settings as Settings, options as Options, metadata as Metadata,"
        + " auth_type as AuthType, revision as Revision, created_at as CreatedAt, updated_at as UpdatedAt from integrations";

    private const string Active = "active";
    private const string Inactive = "inactive";

    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Type { get; init; }

    public required string Provider { get; init; }

    public required string Status { get; init; }

    public required string Settings { get; init; }

    public required string Options { get; init; }

    public required string Metadata { get; init; }

    public required string AuthType { get; init; }

    public long Revision { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    public static string StatusOf(bool isActive) => isActive ? Active : Inactive;

    public static IntegrationRow Of(Integration integration) =>
        new()
        {
            Id = integration.Id,
            TenantId = integration.TenantId,
            Name = integration.Name,
            Description = integration.Description,
            Type = integration.Type,
            Provider = integration.Provider,
            Status = StatusOf(integration.IsActive),
            Settings = JsonFormatter.Default.Format(integration.Settings),
            Options = JsonFormatter.Default.Format(integration.Options),
            Metadata = JsonFormatter.Default.Format(integration.Metadata),
            AuthType = integration.AuthType.ToString(),
            Revision = integration.Revision,
            CreatedAt = integration.CreatedAt.ToUnixTimeMilliseconds(),
            UpdatedAt = integration.UpdatedAt.ToUnixTimeMilliseconds(),
        };

    public Integration ToIntegration() =>
        new()
        {
            Id = Id,
            TenantId = TenantId,
            Name = Name,
            Description = Description,
            Type = Type,
            Provider = Provider,
            IsActive = string.Equals(Status, Active, StringComparison.Ordinal),
            Settings = JsonParser.Default.Parse<Struct>(Settings),
            Options = JsonParser.Default.Parse<IntegrationOptions>(Options),
            Metadata = JsonParser.Default.Parse<Struct>(Metadata),
            AuthType = System.Enum.Parse<AuthType>(AuthType),
            Revision = Revision,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
        };
}
