using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Records;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>The engine over a real store, between two sides in memory.</summary>
internal sealed class SyncBox : IDisposable
{
    private SyncBox(StateBox state, FakeEnd remote, SyncEnd? target, string integrationId)
    {
        State = state;
        Clock = new StateClock(state.Store.Dialect, state.Clock);
        Queue = new WorkQueue(state.Store, Clock);
        Runs = new RunStore(state.Store, Clock);
        Remote = remote;
        IntegrationId = integrationId;
        Local = new LocalRecords(state.Store, Clock, integrationId);
        Target = target ?? Local;
        Runner = NewRunner();
    }

    public StateBox State { get; }

    public StateClock Clock { get; }

    public WorkQueue Queue { get; }

    public RunStore Runs { get; }

    public FakeEnd Remote { get; }

    public SyncEnd Target { get; }

    public LocalRecords Local { get; }

    public string IntegrationId { get; }

    public SyncRunner Runner { get; }

    /// <summary>With the runtime's own records as target unless another side is given.</summary>
    public static async Task<SyncBox> CreateAsync(FakeEnd? remote = null, FakeEnd? target = null) =>
        await CreateAsync(await StateBox.CreateAsync(), remote, target);

    /// <summary>The same with an integration of its own in a store that is there.</summary>
    public static async Task<SyncBox> CreateAsync(StateBox state, FakeEnd? remote, FakeEnd? target)
    {
        var integration = EngineBox.NewIntegration(state.Clock.GetUtcNow());
        await new IntegrationStore(state.Store, state.Changes).AddAsync(integration, [], default);
        return new SyncBox(state, remote ?? new FakeEnd(), target, integration.Id);
    }

    public SyncRunner NewRunner() =>
        new(State.Store, Clock, Runs, new FakeSides(Remote, Target), Queue, NullLogger<SyncRunner>.Instance);

    public static SyncPlan Plan(SyncDirection direction = SyncDirection.Pull) => new() { Direction = direction };

    /// <summary>Puts a run into the queue.</summary>
    public async Task<string> StartAsync(SyncPlan plan)
    {
        var id = Ids.New("sync-");
        await State.Store.WriteAsync(
            async transaction =>
            {
                var work = await Queue.AddAsync(
                    transaction,
                    new WorkDraft
                    {
                        Queue = SyncRunner.Queue,
                        TenantId = "default",
                        Lane = IntegrationId,
                        Body = id,
                        IsLast = true,
                    }
                );
                return await RunStore.AddAsync(
                    transaction,
                    new SyncRun
                    {
                        Id = id,
                        IntegrationId = IntegrationId,
                        TenantId = "default",
                        WorkId = work,
                        Request = SyncPlans.Write(plan),
                        Direction = plan.Direction,
                        Status = SyncStatus.Pending,
                        CreatedAt = Clock.Now,
                        StartedAt = Clock.Now,
                    },
                    scheduledAt: null
                );
            },
            default
        );
        return id;
    }

    public async Task<WorkItem?> ClaimAsync(string owner = "node") =>
        (await new WorkClaims(State.Store, Clock, SyncRunner.Rules, owner).ClaimAsync(1, default)).SingleOrDefault();

    /// <summary>Runs a sync to its end.</summary>
    public async Task<SyncRun> SyncAsync(SyncPlan plan)
    {
        var id = await StartAsync(plan);
        var item = (await ClaimAsync())!;
        var outcome = await Runner.RunAsync(item, default);
        Assert.Same(WorkOutcome.Settled, outcome);
        return await RunAsync(id);
    }

    public async Task<SyncRun> RunAsync(string id) => (await Runs.FindAsync(id, default))!;

    public async Task<IReadOnlyList<string>> ErrorsAsync(string id) =>
        [
            .. await State.Store.ReadAsync(
                connection =>
                    connection.QueryAsync<string>(
                        "select record_id || ' ' || code from sync_run_errors where run_id = @id order by number",
                        new { id }
                    ),
                default
            ),
        ];

    public void Dispose() => State.Dispose();

    private sealed class FakeSides(SyncEnd remote, SyncEnd target) : SyncSides(null!, null!, null!, null!)
    {
        public override Task<SyncEnds> OpenAsync(SyncRun run, SyncPlan plan, CancellationToken cancellationToken)
        {
            var mappings = ResourceMappings.Read(plan.Mapping);
            return Task.FromResult(new SyncEnds(remote, new NamedEnd(target, mappings), mappings));
        }
    }
}
