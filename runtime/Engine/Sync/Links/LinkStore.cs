using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Sync.Links;

/// <summary>The links of one resource of a pair of sides.</summary>
internal sealed class LinkStore(StateStore store, string integrationId, string target, string resource)
{
    private const string Set =
        "select id from sync_link_sets where integration_id = @integrationId and target = @target and resource = @resource";

    private const string Where = " where set_id = (" + Set + ")";

    private const string Select =
        "select record_id as Id, remote_state as RemoteState, target_state as TargetState, remote_seen as RemoteSeen,"
        + " target_seen as TargetSeen, conflict_run as ConflictRun, remote_failed as RemoteFailed,"
        + " target_failed as TargetFailed from sync_links"
        + Where;

    private const string Insert =
        "insert into sync_links (set_id, record_id, remote_state, target_state, remote_seen, target_seen, conflict_run,"
        + " remote_failed, target_failed)";

    private const string Replace =
        " on conflict (set_id, record_id) do update set"
        + " remote_state = excluded.remote_state, target_state = excluded.target_state,"
        + " remote_seen = excluded.remote_seen, target_seen = excluded.target_seen,"
        + " conflict_run = excluded.conflict_run, remote_failed = excluded.remote_failed,"
        + " target_failed = excluded.target_failed";

    public async Task<Dictionary<string, RecordLink>> LoadAsync(
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    )
    {
        var links = new Dictionary<string, RecordLink>(ids.Count, StringComparer.Ordinal);
        foreach (var part in ids.Chunk(1000))
        {
            var rows = await store.ReadAsync(
                connection =>
                    connection.QueryAsync<RecordLink>(
                        Select + " and " + store.Dialect.IsAmong("record_id", "@ids"),
                        new
                        {
                            integrationId,
                            target,
                            resource,
                            ids = store.Dialect.List(part),
                        }
                    ),
                cancellationToken
            );
            foreach (var link in rows)
            {
                links[link.Id] = link;
            }
        }

        return links;
    }

    /// <summary>Ids of records of a side that a run before this generation could not carry.</summary>
    public Task<IReadOnlyList<string>> FailedAsync(
        SyncSide side,
        long generation,
        string after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var name = side == SyncSide.Remote ? "remote_failed" : "target_failed";
        return IdsAsync(
            $" and {name} > 0 and {name} < {generation} and record_id > @after",
            new Page(after, most),
            cancellationToken
        );
    }

    /// <summary>Ids of records that a side had, and that a run which looked through all of it did not see.</summary>
    public Task<IReadOnlyList<string>> UnseenAsync(
        SyncSide side,
        long generation,
        string after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var name = side == SyncSide.Remote ? "remote" : "target";
        return IdsAsync(
            $" and {name}_seen < {generation} and {name}_state <> '{Records.RecordHash.Deleted}' and record_id > @after",
            new Page(after, most),
            cancellationToken
        );
    }

    /// <summary>How many records a side had, and how many of them a run that looked through all of it did not see.</summary>
    public async Task<(long Missing, long There)> CountAsync(
        SyncSide side,
        long generation,
        CancellationToken cancellationToken
    )
    {
        var name = side == SyncSide.Remote ? "remote" : "target";
        return await store.ReadAsync(
            connection =>
                connection.QuerySingleAsync<(long, long)>(
                    $"select coalesce(sum(case when {name}_seen < {generation} then 1 else 0 end), 0), count(*) from sync_links"
                        + Where
                        + $" and {name}_state <> '{Records.RecordHash.Deleted}'",
                    new
                    {
                        integrationId,
                        target,
                        resource,
                    }
                ),
            cancellationToken
        );
    }

    /// <summary>Saves the links of a page.</summary>
    public async Task SaveAsync(DbTransaction transaction, IReadOnlyList<RecordLink> links)
    {
        if (links.Count == 0)
        {
            return;
        }

        var set = await SetAsync(transaction);
        if (store.Dialect.HasSingleWriter)
        {
            SaveInFile(transaction, set, links);
            return;
        }

        await SaveAtServerAsync(transaction, set, links);
    }

    /// <summary>The number that stands for the pair of sides and the resource in each link; there is one from now on.</summary>
    private async Task<long> SetAsync(DbTransaction transaction)
    {
        var key = new
        {
            integrationId,
            target,
            resource,
        };
        var connection = transaction.Connection!;
        if (await connection.QuerySingleOrDefaultAsync<long?>(Set, key, transaction) is { } known)
        {
            return known;
        }

        await connection.ExecuteAsync(
            "insert into sync_link_sets (integration_id, target, resource) values (@integrationId, @target, @resource)"
                + " on conflict (integration_id, target, resource) do nothing",
            key,
            transaction
        );
        return await connection.QuerySingleAsync<long>(Set, key, transaction);
    }

    /// <summary>There is no way to a server that many steps would wait for.</summary>
    private static void SaveInFile(DbTransaction transaction, long set, IReadOnlyList<RecordLink> links) =>
        new SqliteInsert((SqliteConnection)transaction.Connection!, Insert + " values", columns: 9, Replace).Run(
            links,
            (row, link) =>
            {
                row.Add(set);
                row.Add(link.Id);
                row.Add(link.RemoteState);
                row.Add(link.TargetState);
                row.Add(link.RemoteSeen);
                row.Add(link.TargetSeen);
                row.Add(link.ConflictRun);
                row.Add(link.RemoteFailed);
                row.Add(link.TargetFailed);
            }
        );

    private static Task<int> SaveAtServerAsync(DbTransaction transaction, long set, IReadOnlyList<RecordLink> links) =>
        transaction.Connection!.ExecuteAsync(
            Insert
                + " select @set, r.* from unnest(@ids, @remoteStates, @targetStates,"
                + " @remoteSeens, @targetSeens, @conflictRuns, @remoteFails, @targetFails) as r"
                + Replace,
            new
            {
                set,
                ids = links.Select(link => link.Id).ToArray(),
                remoteStates = links.Select(link => link.RemoteState).ToArray(),
                targetStates = links.Select(link => link.TargetState).ToArray(),
                remoteSeens = links.Select(link => link.RemoteSeen).ToArray(),
                targetSeens = links.Select(link => link.TargetSeen).ToArray(),
                conflictRuns = links.Select(link => link.ConflictRun).ToArray(),
                remoteFails = links.Select(link => link.RemoteFailed).ToArray(),
                targetFails = links.Select(link => link.TargetFailed).ToArray(),
            },
            transaction
        );

    private async Task<IReadOnlyList<string>> IdsAsync(string condition, Page page, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<string>(
                    "select record_id from sync_links" + Where + condition + " order by record_id limit @most",
                    new
                    {
                        integrationId,
                        target,
                        resource,
                        after = page.After,
                        most = page.Most,
                    }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    private readonly record struct Page(string After, int Most);
}
