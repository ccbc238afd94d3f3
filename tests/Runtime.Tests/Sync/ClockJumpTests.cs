using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Hosting;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Sync.Schedules;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>Schedules on a machine whose clock is set by an hour while they run.</summary>
public sealed class ClockJumpTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private StateBox _state = null!;
    private ServiceProvider _services = null!;
    private IScheduler _quartz = null!;
    private Integration _integration = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // With PostgreSQL it is the database's clock that counts, which no test can set.
        _state = await StateBox.CreateSqliteAsync();
        _services = NewServices();
        _integration = EngineBox.NewIntegration(_time.GetUtcNow());
        await new IntegrationStore(_state.Store, _state.Changes).AddAsync(_integration, [], Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _state.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task After_a_jump_an_interval_goes_on_and_makes_no_storm(int hours)
    {
        await StartAsync();
        await ScheduleAsync(interval: 1);
        await RunAsync(2);

        _time.Shift += TimeSpan.FromHours(hours);
        var jumped = Stopwatch.GetTimestamp();
        await RunAsync(3);
        var first = Stopwatch.GetElapsedTime(jumped);
        // Long enough for the clock to be looked at, and for a storm to be seen.
        var runs = 3 + await RunForAsync(ClockWatch.Period * 2);
        var passed = Stopwatch.GetElapsedTime(jumped);
        TestContext.Current.SendDiagnosticMessage(
            $"{hours} h: {runs} runs in {passed.TotalSeconds:F1} s, the first three after {first.TotalSeconds:F1} s"
        );
        // One for each second, one that was missed, and one for where the test began and ended.
        Assert.InRange(runs, passed.TotalSeconds / 2, passed.TotalSeconds + 2);
        Assert.InRange(first, TimeSpan.Zero, ClockWatch.Period + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task After_a_jump_back_the_hour_that_comes_again_has_its_runs_again()
    {
        // Cron goes by the minute; this one is over soon, and not before the schedule is there. The hour keeps the test's own
        // clock out of it.
        var now = _time.GetUtcNow();
        _time.Shift = TimeSpan.FromSeconds(42 - now.Second) - TimeSpan.FromHours(1);
        await StartAsync();
        await ScheduleAsync(cron: "* * * * *");
        await RunAsync(1);

        var due = await LastDueAsync();
        _time.Shift -= TimeSpan.FromSeconds(15); // more than it takes until the jump is noticed
        await RunAsync(1);
        Assert.Equal(due, await LastDueAsync());
    }

    [Fact]
    public async Task A_clock_that_was_set_back_while_no_node_ran_holds_up_neither_schedules_nor_runs()
    {
        await StartAsync();
        await ScheduleAsync(interval: 1);
        await RunAsync(1);
        await StopAsync();
        var queue = new WorkQueue(_state.Store, NewClock());
        await _state.Store.WriteAsync(
            transaction =>
                queue.AddAsync(
                    transaction,
                    new WorkDraft
                    {
                        Queue = "q",
                        TenantId = "default",
                        Lane = "lane",
                        Body = "{}",
                    }
                ),
            Token
        );

        _time.Shift -= TimeSpan.FromHours(1);
        _services = NewServices();
        await StartAsync();
        await RunAsync(2);
        var claims = new WorkClaims(
            _state.Store,
            NewClock(),
            new WorkRules
            {
                Queue = "q",
                LaneLimit = 1,
                NodeLimit = 1,
                MaxAttempts = 1,
            },
            "node"
        );
        Assert.Single(await claims.ClaimAsync(1, Token));
    }

    [Fact]
    public async Task A_schedule_whose_time_never_comes_keeps_no_other_from_firing()
    {
        await StartAsync();
        await Assert.ThrowsAnyAsync<SchedulerException>(() => ScheduleAsync(cron: "0 0 30 2 *"));
        await ScheduleAsync(interval: 1);
        await StopAsync();
        _services = NewServices();
        await StartAsync();
        await RunAsync(2);
    }

    private StateClock NewClock() => new(_state.Store.Dialect, _time);

    private ServiceProvider NewServices()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("DataDir", _state.Options.DataDirectory)])
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton(_state.Options)
            .AddSingleton(_state.Store)
            .AddSingleton(_state.Changes)
            .AddSingleton(NewClock())
            .AddSingleton<IntegrationStore>()
            .AddSingleton<WorkQueue>()
            .AddSingleton<RunStore>()
            .AddSingleton<RunHistory>()
            .AddSingleton<SyncStarter>()
            .AddSchedules(RuntimeSettings.Read(configuration), _time)
            .BuildServiceProvider();
    }

    private async Task StartAsync()
    {
        await _services.GetRequiredService<ClockWatch>().StartAsync(Token);
        _quartz = await _services.GetRequiredKeyedService<ISchedulerFactory>(SyncScheduler.Name).GetScheduler(Token);
        await _quartz.Start(Token);
    }

    private async Task StopAsync()
    {
        await _services.GetRequiredService<ClockWatch>().StopAsync(default);
        await _quartz.Shutdown(default);
        // The store belongs to the test.
        await _services.DisposeAsync();
    }

    private async Task ScheduleAsync(int? interval = null, string? cron = null)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var schedule = new SyncSchedule
        {
            Id = Ids.New("sched-"),
            IntegrationId = _integration.Id,
            TenantId = _integration.TenantId,
            Name = "often",
            Request = SyncPlans.Write(SyncBox.Plan()),
            IntervalSeconds = interval,
            Cron = cron,
            TimeZone = "UTC",
            CreatedAt = now,
            UpdatedAt = now,
        };
        await _services.GetRequiredService<ScheduleStore>().SaveAsync(schedule, Token);
        await _services.GetRequiredService<SyncScheduler>().ApplyAsync(schedule, Token);
    }

    /// <summary>Waits for runs, and ends each, so that none is left out because another waits.</summary>
    private async Task RunAsync(int count)
    {
        var run = 0;
        await Eventually.HoldsAsync(async () => (run += await EndAsync()) >= count);
    }

    private async Task<int> RunForAsync(TimeSpan time)
    {
        var begun = Stopwatch.GetTimestamp();
        var run = 0;
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            run += await EndAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        return run;
    }

    private async Task<int> EndAsync() =>
        await _state.Store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "update sync_runs set status = 3 where status in (1, 2)",
                    transaction: transaction
                ),
            Token
        );

    private async Task<long> LastDueAsync() =>
        await _state.Store.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>("select max(scheduled_at) from sync_runs"),
            Token
        );
}
