using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>The owners of integrations.</summary>
internal sealed class TenantStore(StateStore store, TimeProvider time)
{
    public const string Default = "default";

    private const string Select = "select id as Id, name as Name, created_at as CreatedAt from tenants";

    /// <summary>The tenant, or null when the id is taken.</summary>
    public ValueTask<TenantRecord?> AddAsync(string id, string name, CancellationToken cancellationToken) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.QuerySingleOrDefaultAsync<TenantRecord>(
                    "insert into tenants (id, name, created_at) values (@id, @name, @now)"
                        + " on conflict (id) do nothing returning id as Id, name as Name, created_at as CreatedAt",
                    new
                    {
                        id,
                        name,
                        now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    },
                    transaction
                ),
            cancellationToken
        );

    public ValueTask<bool> ExistsAsync(string id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
                connection.ExecuteScalarAsync<bool>("select count(*) > 0 from tenants where id = @id", new { id }),
            cancellationToken
        );

    public async ValueTask<IReadOnlyList<TenantRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var records = await store.ReadAsync(
            connection => connection.QueryAsync<TenantRecord>(Select + " order by id"),
            cancellationToken
        );
        return [.. records];
    }
}
