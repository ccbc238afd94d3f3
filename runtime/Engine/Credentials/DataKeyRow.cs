namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>A row of <c>data_keys</c>.</summary>
internal sealed class DataKeyRow
{
    public const string Select =
        "select id as Id, tenant_id as TenantId, wrapping_key_id as WrappingKeyId, wrapped as Wrapped from data_keys";

    public long Id { get; init; }

    public required string TenantId { get; init; }

    public required string WrappingKeyId { get; init; }

    public required byte[] Wrapped { get; init; }
}
