namespace Yyc3.Connectors.Runtime.Access;

/// <summary>A row of <c>tenants</c>; times are Unix milliseconds.</summary>
internal sealed class TenantRecord
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public long CreatedAt { get; init; }
}
