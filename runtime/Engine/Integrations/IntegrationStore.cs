using System.Collections.Concurrent;
using Dapper;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// Integrations as they are saved, with those in use kept in memory. A change is durable before it is seen by a reader of
/// this node. Thread-safe.
/// </summary>
internal sealed class IntegrationStore(StateStore store)
{
    private readonly ConcurrentDictionary<string, Integration> _known = new(StringComparer.Ordinal);
    private long _deletions;

    /// <summary>Raised after a change or deletion, with the id.</summary>
    public event Action<string>? Changed;

    /// <summary>The tenant's integration; null for one that is not there or belongs to another tenant.</summary>
    public ValueTask<Integration?> FindAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out var known)
            ? ValueTask.FromResult(IsOf(tenantId, known) ? known : null)
            : LoadAsync(tenantId, id, cancellationToken);

    /// <summary>Whether it is in memory, which a deleted one is not.</summary>
    public bool IsKnown(string id) => _known.ContainsKey(id);

    /// <summary>Whether it is in memory with no later revision.</summary>
    public bool IsCurrent(Integration integration) =>
        _known.TryGetValue(integration.Id, out var known) && known.Revision == integration.Revision;

    public async ValueTask AddAsync(Integration integration, byte[] credentials, CancellationToken cancellationToken)
    {
        await store.WriteAsync(
            async transaction =>
            {
                var count = await transaction.Connection!.ExecuteAsync(
                    "insert into integrations (id, tenant_id, name, description, type, provider, status, settings, options,"
                        + " metadata, auth_type, revision, created_at, updated_at) values (@Id, @TenantId, @Name, @Description,"
                        + " @Type, @Provider, @Status, @Settings, @Options, @Metadata, @AuthType, @Revision, @CreatedAt, @UpdatedAt)",
                    IntegrationRow.Of(integration),
                    transaction
                );
                await CredentialStore.SaveAsync(transaction, integration.Id, credentials);
                return count;
            },
            cancellationToken
        );
        _known[integration.Id] = integration;
    }

    /// <summary>Saves a change of the revision before it. False when somebody else was faster.</summary>
    public async ValueTask<bool> UpdateAsync(
        Integration integration,
        byte[]? credentials,
        CancellationToken cancellationToken
    )
    {
        var isSaved = await store.WriteAsync(
            async transaction =>
            {
                var count = await transaction.Connection!.ExecuteAsync(
                    "update integrations set name = @Name, description = @Description, status = @Status,"
                        + " settings = @Settings, options = @Options, metadata = @Metadata, auth_type = @AuthType,"
                        + " revision = @Revision, updated_at = @UpdatedAt where id = @Id and revision = @Revision - 1",
                    IntegrationRow.Of(integration),
                    transaction
                );
                if (count > 0 && credentials is not null)
                {
                    await CredentialStore.SaveAsync(transaction, integration.Id, credentials);
                }

                return count > 0;
            },
            cancellationToken
        );
        if (isSaved)
        {
            _known[integration.Id] = integration;
            Changed?.Invoke(integration.Id);
        }

        return isSaved;
    }

    /// <summary>Deletes the integration with all that hangs on it. False when it, or this revision of it, was not there.</summary>
    public async ValueTask<bool> DeleteAsync(Integration integration, CancellationToken cancellationToken)
    {
        var isDeleted = await store.WriteAsync(
            async transaction =>
                await transaction.Connection!.ExecuteAsync(
                    "delete from integrations where id = @Id and revision = @Revision",
                    new { integration.Id, integration.Revision },
                    transaction
                ) > 0,
            cancellationToken
        );
        if (isDeleted)
        {
            Interlocked.Increment(ref _deletions);
            _known.TryRemove(integration.Id, out _);
            Changed?.Invoke(integration.Id);
        }

        return isDeleted;
    }

    /// <summary>A page of the tenant's integrations, oldest first, and how many there are in all.</summary>
    public ValueTask<(IReadOnlyList<Integration> Page, long Total)> ListAsync(
        string tenantId,
        string? type,
        bool? isActive,
        int skip,
        int take,
        CancellationToken cancellationToken
    )
    {
        const string Where =
            " where tenant_id = @tenantId and (@type is null or type = @type) and (@status is null or status = @status)";
        var filter = new
        {
            tenantId,
            type,
            status = isActive is { } active ? IntegrationRow.StatusOf(active) : null,
            skip,
            take,
        };
        return store.ReadAsync<(IReadOnlyList<Integration>, long)>(
            async connection =>
            {
                var total = await connection.ExecuteScalarAsync<long>(
                    "select count(*) from integrations" + Where,
                    filter
                );
                var rows = await connection.QueryAsync<IntegrationRow>(
                    IntegrationRow.Select + Where + " order by created_at, id limit @take offset @skip",
                    filter
                );
                return ([.. rows.Select(row => row.ToIntegration())], total);
            },
            cancellationToken
        );
    }

    private static bool IsOf(string tenantId, Integration integration) =>
        string.Equals(integration.TenantId, tenantId, StringComparison.Ordinal);

    private async ValueTask<Integration?> LoadAsync(string tenantId, string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var deletions = Interlocked.Read(ref _deletions);
            var row = await store.ReadAsync(
                connection =>
                    connection.QuerySingleOrDefaultAsync<IntegrationRow>(
                        IntegrationRow.Select + " where id = @id and tenant_id = @tenantId",
                        new { id, tenantId }
                    ),
                cancellationToken
            );
            if (row is null)
            {
                return null;
            }

            var integration = _known.GetOrAdd(id, row.ToIntegration());
            if (Interlocked.Read(ref _deletions) == deletions)
            {
                return integration;
            }

            // Something was deleted since the row was read; if it was this one, it must not come back.
            _known.TryRemove(id, out _);
        }
    }
}
