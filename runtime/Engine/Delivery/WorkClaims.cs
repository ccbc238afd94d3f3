using System.Data.Common;
using System.Globalization;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>
/// Claims due work of one queue in batches. While all that is due fits into a batch it is simply taken, oldest first. When there
/// is more, tenants take turns, and so do the lanes of each tenant, so that a flood in one makes nobody else wait. Not
/// thread-safe.
/// </summary>
internal sealed class WorkClaims(StateStore store, StateClock clock, WorkRules rules, string owner)
{
    /// <summary>Most tenants, and most lanes of a tenant, that one claim looks at; the next one goes on behind them.</summary>
    private const int Window = 16;

    /// <summary>Of an ordered lane only what was added first may be claimed, when it is due. Each part has its own index.</summary>
    private readonly string _isFirst = rules.IsOrdered ? IsBehindNone(0) + IsBehindNone(1) : "";

    private readonly Dictionary<string, string> _lastLane = new(StringComparer.Ordinal);
    private string _lastTenant = "";

    /// <summary>Claims at most this many.</summary>
    public ValueTask<IReadOnlyList<WorkItem>> ClaimAsync(int most, CancellationToken cancellationToken) =>
        store.WriteAsync(transaction => ClaimAsync(transaction, most), cancellationToken);

    private async Task<IReadOnlyList<WorkItem>> ClaimAsync(DbTransaction transaction, int most)
    {
        await TakeBackAsync(transaction);
        var due = await OldestAsync(transaction, most + 1);
        if (due.Count == 0)
        {
            return [];
        }

        var candidates = await AllowedAsync(transaction, due);
        // Some of the due work was left out, since there is more of it or since its lane is full: others may be behind it.
        if (due.Count > most || (candidates.Count < due.Count && due.Count == most + 1))
        {
            candidates = await AllowedAsync(transaction, await InTurnAsync(transaction, most));
        }

        return candidates.Count == 0 ? [] : await TakeAsync(transaction, [.. candidates.Take(most)]);
    }

    private static string IsBehindNone(int state) =>
        $" and not exists (select 1 from work as older where older.queue = work.queue and older.lane = work.lane and older.state = {state}"
        + " and (older.created_at, older.id) < (work.created_at, work.id))";

    /// <summary>Work whose owner has not been heard of for a lease is free again.</summary>
    private Task<int> TakeBackAsync(DbTransaction transaction) =>
        transaction.Connection!.ExecuteAsync(
            "update work set state = 0, owner = null, lease_until = null where id in"
                + $" (select id from work where queue = @Queue and state = 1 and lease_until < {clock.Sql} limit 100{store.Dialect.SkipLocked})",
            new { rules.Queue, now = clock.Now },
            transaction
        );

    private async Task<List<Candidate>> OldestAsync(DbTransaction transaction, int most)
    {
        var rows = await transaction.Connection!.QueryAsync<Candidate>(
            $"select id as Id, lane as Lane from work where queue = @Queue and state = 0 and due_at <= {clock.Sql}{_isFirst}"
                + " order by due_at, id limit @most",
            new
            {
                rules.Queue,
                most,
                now = clock.Now,
            },
            transaction
        );
        return rows.AsList();
    }

    /// <summary>
    /// Leaves out what its lane has no room for. Nodes that claim at once do not look at the same lane at once, or both might
    /// fill its last place.
    /// </summary>
    private async Task<List<Candidate>> AllowedAsync(DbTransaction transaction, IReadOnlyList<Candidate> candidates)
    {
        var lanes = candidates.Select(candidate => candidate.Lane).Distinct(StringComparer.Ordinal).ToList();
        var free = (await store.Dialect.TryLockAsync(transaction, [.. lanes.Select(lane => $"{rules.Queue}:{lane}")]))
            .Select(name => name[(rules.Queue.Length + 1)..])
            .ToHashSet(StringComparer.Ordinal);
        if (free.Count == 0)
        {
            return [];
        }

        var held = (
            await transaction.Connection!.QueryAsync<(string Lane, long Count)>(
                "select lane, count(*) from work where queue = @Queue and state = 1 and "
                    + store.Dialect.IsAmong("lane", "@lanes")
                    + " group by lane",
                new { rules.Queue, lanes = store.Dialect.List(free) },
                transaction
            )
        ).ToDictionary(row => row.Lane, row => row.Count, StringComparer.Ordinal);
        var allowed = new List<Candidate>();
        foreach (var candidate in candidates.Where(candidate => free.Contains(candidate.Lane)))
        {
            var count = held.GetValueOrDefault(candidate.Lane);
            if (count < rules.LaneLimit)
            {
                held[candidate.Lane] = count + 1;
                allowed.Add(candidate);
            }
        }

        return allowed;
    }

    /// <summary>Due work of many tenants and lanes, one of each before a second of any.</summary>
    private async Task<IReadOnlyList<Candidate>> InTurnAsync(DbTransaction transaction, int most)
    {
        var turns = new List<List<List<Candidate>>>();
        foreach (var tenant in await TenantsAsync(transaction))
        {
            var lanes = await LanesAsync(transaction, tenant);
            turns.Add(await FirstOfEachAsync(transaction, lanes, Math.Min(most, Depth(most))));
        }

        return [.. Alternate([.. turns.Select(lanes => Alternate(lanes).ToList())])];
    }

    /// <summary>As many of a lane as can be useful: a lane never holds more than its limit.</summary>
    private int Depth(int most) => Math.Min(most, rules.LaneLimit);

    private async Task<List<string>> TenantsAsync(DbTransaction transaction)
    {
        // Index hops: the first lane behind all lanes of the tenant before. '0' is the character after '/'.
        const string Hop =
            "with recursive hops (lane) as ("
            + " select min(lane) from work where queue = @Queue and state = 0 and lane > @from"
            + " union all"
            + " select (select min(lane) from work where queue = @Queue and state = 0"
            + " and lane > substr(hops.lane, 1, strpos(hops.lane, '/') - 1) || '0')"
            + " from hops where hops.lane is not null)"
            + " select lane from hops where lane is not null limit @Window";
        var tenants = await HopAsync(transaction, Hop, _lastTenant + "0");
        if (tenants.Count < Window)
        {
            tenants.AddRange(await HopAsync(transaction, Hop, ""));
        }

        var names = tenants.Select(lane => lane[..lane.IndexOf('/', StringComparison.Ordinal)]);
        var distinct = names.Distinct(StringComparer.Ordinal).Take(Window).ToList();
        _lastTenant = distinct.LastOrDefault() ?? "";
        return distinct;
    }

    private async Task<List<string>> LanesAsync(DbTransaction transaction, string tenant)
    {
        const string Hop =
            "with recursive hops (lane) as ("
            + " select min(lane) from work where queue = @Queue and state = 0 and lane > @from and lane < @end"
            + " union all"
            + " select (select min(lane) from work where queue = @Queue and state = 0 and lane > hops.lane and lane < @end)"
            + " from hops where hops.lane is not null)"
            + " select lane from hops where lane is not null limit @Window";
        var from = _lastLane.GetValueOrDefault(tenant, "");
        var lanes = await HopAsync(transaction, Hop, from.Length > 0 ? from : tenant + "/", tenant + "0");
        if (lanes.Count < Window && from.Length > 0)
        {
            lanes.AddRange(await HopAsync(transaction, Hop, tenant + "/", tenant + "0"));
        }

        var distinct = lanes.Distinct(StringComparer.Ordinal).Take(Window).ToList();
        if (distinct.Count > 0)
        {
            _lastLane[tenant] = distinct[^1];
        }

        return distinct;
    }

    private async Task<List<string>> HopAsync(DbTransaction transaction, string sql, string from, string end = "")
    {
        var rows = await transaction.Connection!.QueryAsync<string>(
            store.Dialect.HasSingleWriter ? sql.Replace("strpos", "instr", StringComparison.Ordinal) : sql,
            new
            {
                rules.Queue,
                from,
                end,
                Window,
            },
            transaction
        );
        return rows.AsList();
    }

    private async Task<List<List<Candidate>>> FirstOfEachAsync(DbTransaction transaction, List<string> lanes, int most)
    {
        if (lanes.Count == 0)
        {
            return [];
        }

        // One statement for all, always of the same text for as many lanes.
        var parameters = new DynamicParameters();
        parameters.Add("queue", rules.Queue);
        parameters.Add("most", most);
        parameters.Add("now", clock.Now);
        var parts = lanes.Select(
            (lane, index) =>
            {
                var name = "lane" + index.ToString(CultureInfo.InvariantCulture);
                parameters.Add(name, lane);
                return $"select * from (select id as Id, lane as Lane from work where queue = @queue and state = 0"
                    + $" and lane = @{name} and due_at <= {clock.Sql}{_isFirst} order by due_at, id limit @most) as {name}";
            }
        );
        var rows = await transaction.Connection!.QueryAsync<Candidate>(
            string.Join(" union all ", parts),
            parameters,
            transaction
        );
        return [.. rows.GroupBy(row => row.Lane, StringComparer.Ordinal).Select(lane => lane.ToList())];
    }

    private async Task<IReadOnlyList<WorkItem>> TakeAsync(
        DbTransaction transaction,
        IReadOnlyList<Candidate> candidates
    )
    {
        var rows = await transaction.Connection!.QueryAsync<WorkItem>(
            "update work set state = 1, owner = @owner, epoch = epoch + 1, attempts = attempts + 1,"
                + $" lease_until = {clock.Sql} + @lease where id in (select id from work where state = 0 and "
                + store.Dialect.IsAmong("id", "@ids")
                + store.Dialect.SkipLocked
                + ") returning id as Id, tenant_id as TenantId, lane as Lane, body as Body, attempts as Attempts, epoch as Epoch",
            new
            {
                owner,
                lease = (long)rules.Lease.TotalMilliseconds,
                ids = store.Dialect.List([.. candidates.Select(candidate => candidate.Id)]),
                now = clock.Now,
            },
            transaction
        );
        return rows.AsList();
    }

    private static IEnumerable<T> Alternate<T>(IReadOnlyList<IReadOnlyList<T>> lists)
    {
        for (var turn = 0; lists.Any(list => list.Count > turn); turn++)
        {
            foreach (var list in lists.Where(list => list.Count > turn))
            {
                yield return list[turn];
            }
        }
    }

    private sealed class Candidate
    {
        public required string Id { get; init; }

        public required string Lane { get; init; }
    }
}
