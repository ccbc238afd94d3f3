using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// Integrations as they are saved, with those in use kept in memory. A change is durable before it is seen by a reader of
/// this node; other nodes are told, and see it within moments. Thread-safe.
/// </summary>
internal sealed class IntegrationStore
{
    private readonly StateStore _store;
    private readonly ConcurrentDictionary<string, Integration> _known = new(StringComparer.Ordinal);
    private long _removals;

    private readonly IntegrationFollower[] _followers;

    public IntegrationStore(StateStore store, StateChanges changes, IEnumerable<IntegrationFollower>? followers = null)
    {
        _store = store;
        _followers = [.. followers ?? []];
        changes.Add(
            CompareAllAsync,
            (topic, id) => topic == StateTopic.Integration ? CompareAsync(id) : Task.CompletedTask
        );
    }

    /// <summary>Raised after a change or deletion, by this node or another, with the id.</summary>
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
        await _store.WriteAsync(
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
                await SavingAsync(transaction, integration);
                return count;
            },
            cancellationToken
        );
        _known[integration.Id] = integration;
        await SavedAsync(integration, cancellationToken);
    }

    /// <summary>Saves a change of the revision before it. False when somebody else was faster.</summary>
    public async ValueTask<bool> UpdateAsync(
        Integration integration,
        byte[]? credentials,
        CancellationToken cancellationToken
    )
    {
        var isSaved = await _store.WriteAsync(
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

                if (count > 0)
                {
                    await SavingAsync(transaction, integration);
                }

                await _store.Dialect.AnnounceAsync(transaction, StateTopic.Integration, integration.Id);
                return count > 0;
            },
            cancellationToken
        );
        if (isSaved)
        {
            _known[integration.Id] = integration;
            Changed?.Invoke(integration.Id);
            await SavedAsync(integration, cancellationToken);
        }
        else
        {
            // Another node may have been faster and not have been heard yet; whoever tries again must see its change.
            await CompareAsync(integration.Id);
        }

        return isSaved;
    }

    /// <summary>Deletes the integration with all that hangs on it. False when it, or this revision of it, was not there.</summary>
    public async ValueTask<bool> DeleteAsync(Integration integration, CancellationToken cancellationToken)
    {
        var isDeleted = await _store.WriteAsync(
            async transaction =>
            {
                await _store.Dialect.AnnounceAsync(transaction, StateTopic.Integration, integration.Id);
                return await transaction.Connection!.ExecuteAsync(
                        "delete from integrations where id = @Id and revision = @Revision",
                        new { integration.Id, integration.Revision },
                        transaction
                    ) > 0;
            },
            cancellationToken
        );
        if (isDeleted)
        {
            Remove(integration.Id);
        }
        else
        {
            await CompareAsync(integration.Id);
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
        return _store.ReadAsync<(IReadOnlyList<Integration>, long)>(
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

    /// <summary>When a sync of an integration last ended, Unix milliseconds; null before the first.</summary>
    public ValueTask<long?> LastSyncAsync(string id, CancellationToken cancellationToken) =>
        _store.ReadAsync(
            connection =>
                connection.ExecuteScalarAsync<long?>(
                    "select last_sync_at from integrations where id = @id",
                    new { id }
                ),
            cancellationToken
        );

    private async Task SavingAsync(DbTransaction transaction, Integration integration)
    {
        foreach (var follower in _followers)
        {
            await follower.Saving(transaction, integration);
        }
    }

    private async Task SavedAsync(Integration integration, CancellationToken cancellationToken)
    {
        foreach (var follower in _followers)
        {
            await follower.Saved(integration, cancellationToken);
        }
    }

    private static bool IsOf(string tenantId, Integration integration) =>
        string.Equals(integration.TenantId, tenantId, StringComparison.Ordinal);

    private async ValueTask<Integration?> LoadAsync(string tenantId, string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var removals = Interlocked.Read(ref _removals);
            var row = await _store.ReadAsync(
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
            if (Interlocked.Read(ref _removals) == removals)
            {
                return integration;
            }

            // Something was removed or changed elsewhere since the row was read; if it was this one, it must not come back.
            _known.TryRemove(id, out _);
        }
    }

    private void Remove(string id)
    {
        Interlocked.Increment(ref _removals);
        _known.TryRemove(id, out _);
        Changed?.Invoke(id);
    }

    /// <summary>Takes up what another node has made of an integration that this one keeps.</summary>
    private async Task CompareAsync(string id)
    {
        // A copy that is being read right now may be of before the change.
        Interlocked.Increment(ref _removals);
        if (_known.TryGetValue(id, out var known))
        {
            Compare(known, await RevisionsAsync([id]));
        }
    }

    private async Task CompareAllAsync()
    {
        Interlocked.Increment(ref _removals);
        foreach (var part in _known.Values.Chunk(500))
        {
            var revisions = await RevisionsAsync([.. part.Select(known => known.Id)]);
            foreach (var known in part)
            {
                Compare(known, revisions);
            }
        }
    }

    private void Compare(Integration known, Dictionary<string, long> revisions)
    {
        if (revisions.GetValueOrDefault(known.Id) != known.Revision && !IsNewerHere(known))
        {
            Remove(known.Id);
        }
    }

    /// <summary>This node may have changed it since.</summary>
    private bool IsNewerHere(Integration compared) =>
        _known.TryGetValue(compared.Id, out var known) && known.Revision > compared.Revision;

    private async Task<Dictionary<string, long>> RevisionsAsync(IReadOnlyList<string> ids)
    {
        var rows = await _store.ReadAsync(
            connection =>
                connection.QueryAsync<(string Id, long Revision)>(
                    "select id, revision from integrations where " + _store.Dialect.IsAmong("id", "@ids"),
                    new { ids = _store.Dialect.List(ids) }
                ),
            CancellationToken.None
        );
        return rows.ToDictionary(row => row.Id, row => row.Revision, StringComparer.Ordinal);
    }
}
