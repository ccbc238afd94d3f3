using System.Data.Common;
using System.Text;
using Dapper;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Links;

/// <summary>Records that both sides have changed and somebody must decide on.</summary>
internal sealed class ConflictStore(StateStore store, StateClock clock, string integrationId, string target)
{
    /// <summary>Notes a conflict, or what it has become.</summary>
    public Task NoteAsync(
        DbTransaction transaction,
        string runId,
        string resource,
        SyncRecord remote,
        SyncRecord other
    ) =>
        transaction.Connection!.ExecuteAsync(
            "insert into sync_conflicts (id, integration_id, target, resource, record_id, remote_data, target_data,"
                + " remote_modified_at, target_modified_at, run_id, detected_at)"
                + " values (@id, @integrationId, @target, @resource, @recordId, @remoteData, @targetData, @remoteAt, @targetAt,"
                + $" @runId, {clock.Sql}) on conflict (integration_id, target, resource, record_id) where resolved_at is null"
                // What somebody was shown is gone with its id, so that it cannot be decided about any more.
                + " do update set id = case when sync_conflicts.remote_data is not distinct from excluded.remote_data"
                + " and sync_conflicts.target_data is not distinct from excluded.target_data"
                + " then sync_conflicts.id else excluded.id end, remote_data = excluded.remote_data, target_data = excluded.target_data,"
                + " remote_modified_at = excluded.remote_modified_at, target_modified_at = excluded.target_modified_at,"
                // Whoever has decided has decided about something else.
                + " choice = null, choice_data = null, run_id = excluded.run_id",
            new
            {
                id = Ids.New("conf-"),
                integrationId,
                target,
                resource,
                recordId = remote.Id,
                remoteData = DataOf(remote),
                targetData = DataOf(other),
                remoteAt = remote.ModifiedAt?.ToUnixTimeMilliseconds(),
                targetAt = other.ModifiedAt?.ToUnixTimeMilliseconds(),
                runId,
                now = clock.Now,
            },
            transaction
        );

    /// <summary>Ids of the records of a resource that wait for a decision, among these.</summary>
    public async Task<HashSet<string>> OpenAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<string>(
                    "select record_id from sync_conflicts where integration_id = @integrationId and target = @target"
                        + " and resource = @resource and resolved_at is null and "
                        + store.Dialect.IsAmong("record_id", "@ids"),
                    new
                    {
                        integrationId,
                        target,
                        resource,
                        ids = store.Dialect.List(ids),
                    }
                ),
            cancellationToken
        );
        return rows.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Those that were decided and are not put into effect yet, in the order of their ids.</summary>
    public async Task<IReadOnlyList<ConflictRow>> DecidedAsync(
        string after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<ConflictRow>(
                    ConflictRow.Select
                        + " where integration_id = @integrationId and target = @target and resolved_at is null"
                        + " and choice is not null and id > @after order by id limit @most",
                    new
                    {
                        integrationId,
                        target,
                        after,
                        most,
                    }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    /// <summary>Notes a decision, which the next run puts into effect.</summary>
    /// <returns>False when the conflict is not open any more.</returns>
    public static async Task<bool> DecideAsync(
        DbTransaction transaction,
        string id,
        ConflictChoice? choice,
        string? data
    ) =>
        await transaction.Connection!.ExecuteAsync(
            "update sync_conflicts set choice = @choice, choice_data = @data where id = @id and resolved_at is null",
            new
            {
                id,
                choice = (int?)choice,
                data,
            },
            transaction
        ) > 0;

    /// <summary>Closes the conflicts of records of a resource.</summary>
    public async Task CloseAsync(DbTransaction transaction, string resource, IReadOnlyList<string> recordIds)
    {
        if (recordIds.Count > 0)
        {
            await transaction.Connection!.ExecuteAsync(
                $"update sync_conflicts set resolved_at = {clock.Sql} where integration_id = @integrationId"
                    + " and target = @target and resource = @resource and resolved_at is null and "
                    + store.Dialect.IsAmong("record_id", "@recordIds"),
                new
                {
                    integrationId,
                    target,
                    resource,
                    recordIds = store.Dialect.List(recordIds),
                    now = clock.Now,
                },
                transaction
            );
        }
    }

    private static string? DataOf(SyncRecord record) =>
        record.IsDeleted ? null : Encoding.UTF8.GetString(record.Data.Span);
}
