namespace Yyc3.Connectors.Runtime.Access;

/// <summary>A row of <c>api_keys</c>; times are Unix milliseconds.</summary>
internal sealed class ApiKeyRecord
{
    public const string Select =
        "select id as Id, tenant_id as TenantId, name as Name, hash as Hash, prefix as Prefix,"
        + " permissions as Permissions, is_admin as IsAdmin, created_at as CreatedAt, expires_at as ExpiresAt from api_keys";

    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256 of the key in hex. Keys are 256 random bits, so nothing slower is needed.</summary>
    public required string Hash { get; init; }

    public required string Prefix { get; init; }

    /// <summary>Names joined by spaces.</summary>
    public required string Permissions { get; init; }

    public bool IsAdmin { get; init; }

    public long CreatedAt { get; init; }

    public long? ExpiresAt { get; init; }

    public IReadOnlyList<string> PermissionNames => Permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public Caller ToCaller() => new(Id, TenantId, KnownPermission.Bit(PermissionNames), IsAdmin);
}
