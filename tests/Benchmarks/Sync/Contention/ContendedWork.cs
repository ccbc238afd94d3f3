using System.Collections.Concurrent;
using System.Globalization;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Runs;

namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>What else nodes ask of the store, one kind at a time and as fast as it goes.</summary>
internal sealed class ContendedWork(ContendedStore box)
{
    private const int PageSize = 100;

    /// <summary>As many as a node holds runs.</summary>
    private const int Held = 16;

    /// <summary>Renewals of all the leases of a node.</summary>
    public async Task<(double Rate, double Cost)> RenewalsAsync(int nodes)
    {
        await box.FillAsync(nodes * Held);
        var claims = new WorkClaims(box.Store, box.Clock, box.Rules, "node");
        var held = new ConcurrentBag<IReadOnlyList<WorkItem>>();
        while (held.Count < nodes)
        {
            held.Add(await claims.ClaimAsync(Held, default));
        }

        return await MeasureAsync(
            held,
            async items =>
            {
                await box.Work.RenewAsync(items, box.Rules.Lease, default);
                return items;
            }
        );
    }

    /// <summary>Pages of runs side by side, each with what the runtime reads and writes about it; the providers do nothing.</summary>
    public async Task<(double Rate, double Cost)> PagesAsync(int runs)
    {
        await box.RunAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                truncate work, integrations cascade;
                insert into integrations select 'i' || n, 'tenant0', '', '', '', '', '', '', '', '', '', 1, 0, 0
                  from generate_series(1, {runs}) n;
                insert into sync_runs (id, integration_id, tenant_id, request, direction, status, generation, total, processed,
                  failed, pulled, pushed, conflicts, percentage, created_at, started_at)
                  select 'r' || n, 'i' || n, 'tenant0', '', 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, {runs}) n;
                insert into work (id, queue, tenant_id, lane, body, state, due_at, attempts, epoch, is_cancelled, created_at)
                  select 'w' || n, '{ContendedStore.Queue}', 'tenant0', 'tenant0/i' || n, '', 1, 0, 1, 1, false, 0
                  from generate_series(1, {runs}) n;
                checkpoint
                """
            )
        );
        return await MeasureAsync(
            Enumerable.Range(1, runs).Select(run => (run, 0)),
            async ((int Run, int Page) at) =>
            {
                await CarryAsync(at.Run.ToString(CultureInfo.InvariantCulture), at.Page);
                return (at.Run, at.Page + 1);
            }
        );
    }

    /// <summary>What <c>PageCarrier</c> reads and <c>LegRunner</c> writes.</summary>
    private async Task CarryAsync(string run, int page)
    {
        var links = new LinkStore(box.Store, "i" + run, "records", "items");
        var rows = Enumerable
            .Range(page * PageSize, PageSize)
            .Select(number => new RecordLink
            {
                Id = number.ToString("d36", CultureInfo.InvariantCulture),
                RemoteState = new string('0', 32),
                TargetState = new string('1', 32),
            })
            .ToList();
        await links.LoadAsync([.. rows.Select(row => row.Id)], default);
        var item = new WorkItem
        {
            Id = "w" + run,
            TenantId = "tenant0",
            Lane = "tenant0/i" + run,
            Body = "",
            Epoch = 1,
        };
        var leg = new SyncLeg { Resource = "items", Cursor = rows[^1].Id };
        await box.Store.WriteAsync(
            async transaction =>
            {
                var counts = new SyncCounts { Pulled = rows.Count };
                await WorkQueue.HoldAsync(transaction, item, gotOn: true);
                await links.SaveAsync(transaction, rows);
                await new RunStore(box.Store, box.Clock).AdvanceAsync(transaction, "r" + run, counts, null, []);
                await RunStore.SaveLegAsync(transaction, "r" + run, leg);
                return 0;
            },
            default
        );
    }

    /// <summary>A caller for each; what one has become is what is asked next.</summary>
    /// <returns>How many per second, and the seconds of a core that one costs the database.</returns>
    private async Task<(double Rate, double Cost)> MeasureAsync<T>(IEnumerable<T> callers, Func<T, Task<T>> ask)
    {
        var idle = new ConcurrentQueue<T>(callers);
        var (count, cores) = (0, box.CoreSeconds());
        var rate = await Rate.OfAsync(
            idle.Count,
            async () =>
            {
                idle.TryDequeue(out var one);
                idle.Enqueue(await ask(one!));
                return Interlocked.Increment(ref count) > 0 ? 1 : 0;
            }
        );
        return (rate, (box.CoreSeconds() - cores) / count);
    }
}
