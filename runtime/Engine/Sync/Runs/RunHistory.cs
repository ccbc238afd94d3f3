using Dapper;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Links;

namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>What people ask about runs. Pages go by keys, so that new runs do not shift them. Thread-safe.</summary>
internal sealed class RunHistory(StateStore store)
{
    /// <summary>Runs of an integration, newest first.</summary>
    public async ValueTask<IReadOnlyList<SyncRun>> ListAsync(
        string integrationId,
        (long CreatedAt, string Id)? before,
        int most,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<SyncRun>(
                    SyncRun.Select
                        + " where integration_id = @integrationId and (created_at, id) < (@createdAt, @id)"
                        + " order by created_at desc, id desc limit @most",
                    new
                    {
                        integrationId,
                        createdAt = before?.CreatedAt ?? long.MaxValue,
                        id = before?.Id ?? "",
                        most,
                    }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    public async ValueTask<IReadOnlyList<FailureRow>> FailuresAsync(
        string runId,
        long after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<FailureRow>(
                    "select number as Number, resource as Resource, record_id as RecordId, side as Side, code as Code,"
                        + " message as Message, at as At from sync_run_errors where run_id = @runId and number > @after"
                        + " order by number limit @most",
                    new
                    {
                        runId,
                        after,
                        most,
                    }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    public async ValueTask<IReadOnlyList<PositionRow>> PositionsAsync(
        string integrationId,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<PositionRow>(
                    "select target as Target, resource as Resource, side as Side, position as Position, updated_at as UpdatedAt"
                        + " from sync_positions where integration_id = @integrationId order by target, resource, side",
                    new { integrationId }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    public async ValueTask<IReadOnlyList<ConflictRow>> ConflictsAsync(
        string integrationId,
        (long DetectedAt, string Id)? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<ConflictRow>(
                    ConflictRow.Select
                        + " where integration_id = @integrationId and resolved_at is null and (detected_at, id) > (@detectedAt, @id) order by detected_at, id limit @most",
                    new
                    {
                        integrationId,
                        detectedAt = after?.DetectedAt ?? -1,
                        id = after?.Id ?? "",
                        most,
                    }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    /// <summary>An open conflict of an integration.</summary>
    public ValueTask<ConflictRow?> ConflictAsync(
        string integrationId,
        string id,
        CancellationToken cancellationToken
    ) =>
        store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<ConflictRow>(
                    ConflictRow.Select + " where id = @id and integration_id = @integrationId and resolved_at is null",
                    new { id, integrationId }
                ),
            cancellationToken
        );

    /// <summary>
    /// Milliseconds that a run is likely to take: the middle one of the last three that were asked for alike, else of the same
    /// direction; null before there were any.
    /// </summary>
    public async ValueTask<long?> DurationAsync(
        string integrationId,
        SyncDirection direction,
        string request,
        CancellationToken cancellationToken
    )
    {
        var rows = (
            await store.ReadAsync(
                connection =>
                    connection.QueryAsync<(bool IsAlike, long Duration)>(
                        "select request = @request, completed_at - started_at from sync_runs"
                            + " where integration_id = @integrationId and direction = @direction and status in (3, 4)"
                            + " order by case when request = @request then 0 else 1 end, created_at desc limit 3",
                        new
                        {
                            integrationId,
                            direction = (int)direction,
                            request,
                        }
                    ),
                cancellationToken
            )
        ).AsList();
        var durations = rows.Where(row => row.IsAlike == rows[0].IsAlike).Select(row => row.Duration).Order().ToList();
        return durations.Count == 0 ? null : durations[durations.Count / 2];
    }
}
