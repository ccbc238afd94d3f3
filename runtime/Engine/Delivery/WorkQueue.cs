using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>
/// Work as rows. Whoever adds work does so in the transaction that makes it necessary; whoever does it writes in transactions
/// that check that it is still theirs. Times are the database's, so that nodes need not agree on one. Thread-safe.
/// </summary>
internal sealed class WorkQueue(StateStore store, StateClock clock)
{
    /// <summary>Raised with the queue's name when this node has something to do at once.</summary>
    public event Action<string>? Woken;

    /// <summary>Adds work. Null when the queue has the same already.</summary>
    public async Task<string?> AddAsync(DbTransaction transaction, WorkDraft draft)
    {
        var id = Ids.New("work-");
        var added = await transaction.Connection!.ExecuteAsync(
            "insert into work (id, queue, tenant_id, lane, dedupe, body, state, due_at, attempts, epoch, is_cancelled, created_at)"
                + $" values (@id, @Queue, @TenantId, @lane, @Dedupe, @Body, 0, {clock.Sql} + @delay, 0, 0, false, {Created(draft)})"
                + " on conflict do nothing",
            new
            {
                id,
                draft.Queue,
                draft.TenantId,
                lane = LaneOf(draft.TenantId, draft.Lane),
                draft.Dedupe,
                draft.Body,
                delay = (long)draft.Delay.TotalMilliseconds,
                now = clock.Now,
            },
            transaction
        );
        return added > 0 ? id : null;
    }

    /// <summary>Lets this node look at once; to be called after the transaction that added work.</summary>
    public void Wake(string queue) => Woken?.Invoke(queue);

    /// <summary>
    /// Makes sure, inside a transaction, that work is still held, and keeps it so until the transaction ends: the first thing
    /// in whatever a worker writes.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="item">The work.</param>
    /// <param name="gotOn">It has come further, so its attempts are counted anew.</param>
    /// <exception cref="WorkLostException">It is not.</exception>
    public static async Task HoldAsync(DbTransaction transaction, WorkItem item, bool gotOn = false)
    {
        var held = await transaction.Connection!.ExecuteAsync(
            "update work set attempts = case when @gotOn then 0 else attempts end"
                + " where id = @Id and epoch = @Epoch and state = 1 and not is_cancelled",
            new
            {
                item.Id,
                item.Epoch,
                gotOn,
            },
            transaction
        );
        if (held == 0)
        {
            throw new WorkLostException(item.Id);
        }

        if (gotOn)
        {
            item.Attempts = 0;
        }
    }

    /// <summary>Ends work as done, inside the transaction of its last writes.</summary>
    /// <exception cref="WorkLostException">It is not held any more.</exception>
    public async Task CompleteAsync(DbTransaction transaction, WorkItem item)
    {
        if (await FinishAsync(transaction, [item], WorkState.Done, error: null) == 0)
        {
            throw new WorkLostException(item.Id);
        }
    }

    /// <summary>Ends work as done. What is not held any more is passed over.</summary>
    public ValueTask<int> CompleteAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken) =>
        store.WriteAsync(
            transaction => FinishAsync(transaction, items, WorkState.Done, error: null),
            cancellationToken
        );

    /// <summary>Writes down a failure: work waits for its next attempt, or is dead.</summary>
    public ValueTask<int> FailAsync(
        WorkRules rules,
        WorkItem item,
        WorkOutcome.Failed failure,
        CancellationToken cancellationToken
    ) =>
        failure.IsFinal || item.Attempts >= rules.MaxAttempts
            ? store.WriteAsync(
                transaction => FinishAsync(transaction, [item], WorkState.Dead, failure.Error),
                cancellationToken
            )
            : ReturnAsync(item, failure.RetryAfter ?? rules.Pause(item.Attempts), failure.Error, cancellationToken);

    /// <summary>Lays work aside for a time, without a failure.</summary>
    public ValueTask<int> ParkAsync(WorkItem item, TimeSpan delay, CancellationToken cancellationToken) =>
        ReturnAsync(item, delay, error: null, cancellationToken);

    /// <summary>
    /// Cancels work. What nobody holds is cancelled now; who holds it cannot write any more, and is told at its next renewal.
    /// </summary>
    /// <returns>False when it has ended already, or is not there.</returns>
    public async Task<bool> CancelAsync(DbTransaction transaction, string id) =>
        await transaction.Connection!.ExecuteAsync(
            $"update work set is_cancelled = true, state = 4, owner = null, lease_until = null, finished_at = {clock.Sql}"
                + " where id = @id and state in (0, 1)",
            new { id, now = clock.Now },
            transaction
        ) > 0;

    /// <summary>Takes dead work up again, as if it were new.</summary>
    /// <returns>How many there were.</returns>
    public ValueTask<int> ReplayAsync(
        string queue,
        string tenantId,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    $"update work set state = 0, attempts = 0, due_at = {clock.Sql}, finished_at = null"
                        + " where queue = @queue and tenant_id = @tenantId and state = 3 and "
                        + store.Dialect.IsAmong("id", "@ids"),
                    new
                    {
                        queue,
                        tenantId,
                        ids = store.Dialect.List(ids),
                        now = clock.Now,
                    },
                    transaction
                ),
            cancellationToken
        );

    /// <summary>Prolongs leases.</summary>
    /// <returns>Keys of what is still held.</returns>
    public async ValueTask<HashSet<string>> RenewAsync(
        IReadOnlyList<WorkItem> items,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.WriteAsync(
            transaction =>
                transaction.Connection!.QueryAsync<string>(
                    $"update work set lease_until = {clock.Sql} + @lease where {Holding()} returning id || ':' || epoch",
                    Parameters(items, lease),
                    transaction
                ),
            cancellationToken
        );
        return rows.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Gives up what an owner held, so that it can be claimed at once.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="owner">The owner, or the beginning of several owners' names.</param>
    /// <param name="except">One of them that keeps its work.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<int> ReleaseAsync(
        string queue,
        string owner,
        string? except,
        CancellationToken cancellationToken
    ) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "update work set state = 0, owner = null, lease_until = null where queue = @queue and state = 1"
                        + " and substr(owner, 1, length(@owner)) = @owner and (@except is null or owner <> @except)",
                    new
                    {
                        queue,
                        owner,
                        except,
                    },
                    transaction
                ),
            cancellationToken
        );

    /// <summary>Forgets what has been finished for long.</summary>
    public ValueTask<int> PurgeAsync(WorkRules rules, CancellationToken cancellationToken) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "delete from work where id in (select id from work where queue = @Queue and state > 1"
                        + $" and finished_at < {clock.Sql} - @retention limit 1000)",
                    new
                    {
                        rules.Queue,
                        retention = (long)rules.Retention.TotalMilliseconds,
                        now = clock.Now,
                    },
                    transaction
                ),
            cancellationToken
        );

    /// <summary>Whether the store's clock has been set back since work was added.</summary>
    public ValueTask<bool> IsAheadAsync(TimeSpan tolerance, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
                connection.ExecuteScalarAsync<bool>(
                    $"select exists (select 1 from work where created_at > {clock.Sql} + @tolerance)",
                    new { tolerance = (long)tolerance.TotalMilliseconds, now = clock.Now }
                ),
            cancellationToken
        );

    /// <summary>
    /// After the store's clock was set back: what waits is due now, since nobody can tell how long it has waited, and nobody
    /// keeps work for longer than a lease from now. Any number of nodes may do so.
    /// </summary>
    public ValueTask<int> GoBackAsync(TimeSpan lease, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async transaction =>
            {
                var parameters = new { lease = (long)lease.TotalMilliseconds, now = clock.Now };
                return await transaction.Connection!.ExecuteAsync(
                    $"update work set due_at = {clock.Sql} where state in (0, 1) and due_at > {clock.Sql};"
                        + $" update work set lease_until = {clock.Sql} + @lease"
                        + $" where state = 1 and lease_until > {clock.Sql} + @lease;"
                        + $" update work set created_at = {clock.Sql} where created_at > {clock.Sql}",
                    parameters,
                    transaction
                );
            },
            cancellationToken
        );

    /// <summary>How a queue stands, for its gauges.</summary>
    public ValueTask<WorkDepth> MeasureAsync(string queue, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
                connection.QuerySingleAsync<WorkDepth>(
                    "select (select count(*) from work where queue = @queue and state = 0) as Waiting,"
                        + " (select count(*) from work where queue = @queue and state = 1) as Held,"
                        + " (select count(*) from work where queue = @queue and state = 3) as Dead,"
                        + $" (select {clock.Sql} - min(due_at) from work where queue = @queue and state = 0) as Lateness",
                    new { queue, now = clock.Now }
                ),
            cancellationToken
        );

    private string Created(WorkDraft draft) =>
        draft.IsLast
            ? $"(select case when max(created_at) >= {clock.Sql} then max(created_at) + 1 else {clock.Sql} end from work"
                + " where queue = @Queue and lane = @lane and state in (0, 1))"
            : clock.Sql;

    /// <summary>Lanes of different tenants are different, and those of one tenant lie together.</summary>
    internal static string LaneOf(string tenantId, string lane) => $"{tenantId}/{lane}";

    private string Holding() =>
        store.Dialect.IsAmong("id", "@ids")
        + " and "
        + store.Dialect.IsAmong("id || ':' || epoch", "@keys")
        + " and state = 1 and not is_cancelled";

    private object Parameters(IReadOnlyList<WorkItem> items, TimeSpan? lease = null, string? error = null) =>
        new
        {
            ids = store.Dialect.List([.. items.Select(item => item.Id)]),
            keys = store.Dialect.List([.. items.Select(item => item.Key)]),
            lease = (long)(lease ?? default).TotalMilliseconds,
            error,
            now = clock.Now,
        };

    private Task<int> FinishAsync(
        DbTransaction transaction,
        IReadOnlyList<WorkItem> items,
        WorkState state,
        string? error
    ) =>
        transaction.Connection!.ExecuteAsync(
            $"update work set state = {(int)state}, owner = null, lease_until = null, error = @error,"
                + $" finished_at = {clock.Sql} where {Holding()}",
            Parameters(items, error: error),
            transaction
        );

    private ValueTask<int> ReturnAsync(
        WorkItem item,
        TimeSpan delay,
        string? error,
        CancellationToken cancellationToken
    ) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    $"update work set state = 0, owner = null, lease_until = null, due_at = {clock.Sql} + @delay,"
                        + " error = coalesce(@error, error), attempts = case when attempts > @laidAside then attempts - @laidAside else 0 end"
                        + " where id = @Id and epoch = @Epoch and state = 1",
                    new
                    {
                        item.Id,
                        item.Epoch,
                        delay = (long)delay.TotalMilliseconds,
                        error,
                        laidAside = error is null ? 1 : 0,
                        now = clock.Now,
                    },
                    transaction
                ),
            cancellationToken
        );
}
