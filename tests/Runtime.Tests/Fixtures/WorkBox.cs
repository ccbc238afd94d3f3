using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>A queue over a real store. Its time passes by <see cref="PassAsync"/>, since with PostgreSQL it is the database's.</summary>
internal sealed class WorkBox : IDisposable
{
    private readonly RuntimeMetrics _metrics = new();

    private WorkBox(StateBox state, WorkRules? rules)
    {
        State = state;
        Clock = new StateClock(state.Store.Dialect, state.Clock);
        Queue = new WorkQueue(state.Store, Clock);
        Rules =
            rules
            ?? new WorkRules
            {
                Queue = "q",
                LaneLimit = 100,
                NodeLimit = 100,
                MaxAttempts = 3,
            };
    }

    public StateBox State { get; }

    public StateClock Clock { get; }

    public WorkQueue Queue { get; }

    public WorkRules Rules { get; }

    public static async Task<WorkBox> CreateAsync(WorkRules? rules = null) => new(await StateBox.CreateAsync(), rules);

    public async Task<string?> AddAsync(
        string lane = "lane",
        string body = "{}",
        string tenant = "default",
        string? dedupe = null,
        TimeSpan delay = default,
        string queue = "q"
    )
    {
        var draft = new WorkDraft
        {
            Queue = queue,
            TenantId = tenant,
            Lane = lane,
            Body = body,
            Dedupe = dedupe,
            Delay = delay,
        };
        return await State.Store.WriteAsync(transaction => Queue.AddAsync(transaction, draft), default);
    }

    /// <summary>Adds many at once.</summary>
    public async Task AddManyAsync(int count, string lane, string tenant = "default") =>
        await State.Store.WriteAsync(
            async transaction =>
            {
                for (var number = 0; number < count; number++)
                {
                    await Queue.AddAsync(
                        transaction,
                        new WorkDraft
                        {
                            Queue = "q",
                            TenantId = tenant,
                            Lane = lane,
                            Body = $"{number}",
                        }
                    );
                }

                return count;
            },
            default
        );

    public WorkClaims Claims(string owner = "node") => new(State.Store, Clock, Rules, owner);

    public async Task<IReadOnlyList<WorkItem>> ClaimAsync(int most = 100, string owner = "node") =>
        await Claims(owner).ClaimAsync(most, default);

    /// <summary>Work is as old and as late as if this time had passed.</summary>
    public ValueTask<int> PassAsync(TimeSpan time)
    {
        var passed = (long)time.TotalMilliseconds;
        return State.ExecuteAsync(
            $"update work set due_at = due_at - {passed}, lease_until = lease_until - {passed}, finished_at = finished_at - {passed}"
        );
    }

    public ValueTask<TResult> WriteAsync<TResult>(Func<DbTransaction, Task<TResult>> write) =>
        State.Store.WriteAsync(write, default);

    public async Task<IReadOnlyList<(string Body, WorkState State)>> RowsAsync() =>
        [
            .. await State.Store.ReadAsync(
                connection =>
                    connection.QueryAsync<(string, WorkState)>("select body, state from work order by created_at, id"),
                default
            ),
        ];

    public async Task<WorkState> StateOfAsync(string id) =>
        await State.Store.ReadAsync(
            connection => connection.ExecuteScalarAsync<WorkState>("select state from work where id = @id", new { id }),
            default
        );

    public WorkRunner Runner(
        Func<WorkItem, CancellationToken, Task<WorkOutcome>> handle,
        TimeProvider time,
        string directory = "node"
    ) =>
        new(
            Queue,
            State.Store,
            Clock,
            new WorkNode(
                new StateOptions { DataDirectory = Path.Combine(State.Options.DataDirectory, "nodes", directory) }
            ),
            Rules,
            handle,
            new WorkMeasures(_metrics),
            time,
            NullLogger<WorkRunner>.Instance
        );

    public void Dispose()
    {
        _metrics.Dispose();
        State.Dispose();
    }
}
