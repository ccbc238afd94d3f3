using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>
/// Keeps the clock of schedules right: by the shared store's, so that all nodes fire by one clock, or by the machine's. A jump
/// forward is a pause like any other: what was missed is made up for once. After a jump back nothing may wait for a time that has
/// come already.
/// </summary>
internal sealed partial class ClockWatch(
    ScheduleClock clock,
    StateStore store,
    StateClock stateClock,
    StateOptions options,
    WorkQueue queue,
    ScheduleStore schedules,
    SyncScheduler scheduler,
    TimeProvider time,
    ILogger<ClockWatch> logger
) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Less is no jump: nodes and networks have their pauses.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(2);

    /// <summary>Has the clock right, and the triggers in order, before they begin to fire.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await SetAsync(cancellationToken);
        if (await queue.IsAheadAsync(Jump, cancellationToken))
        {
            // It jumped while no node ran.
            await GoBackAsync(cancellationToken);
        }

        await scheduler.ReconcileAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isBehind = false;
        while (true)
        {
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                isBehind |= await SetAsync(stoppingToken) < -Jump;
                if (isBehind)
                {
                    await GoBackAsync(stoppingToken);
                    await scheduler.RestartAsync(stoppingToken);
                    isBehind = false;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is DbException or SchedulerException or TimeoutException or IOException)
            {
                LogLater(logger, fault);
            }
            catch (Exception fault)
            {
                LogUnexpected(logger, fault);
            }
        }
    }

    private async Task<TimeSpan> SetAsync(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var step = clock.Set(
            store.Dialect.HasSingleWriter ? time.GetUtcNow() : await stateClock.ReadAsync(store, cancellationToken),
            since
        );
        if (step.Duration() > Jump)
        {
            LogJump(logger, step);
        }

        return step;
    }

    private async Task GoBackAsync(CancellationToken cancellationToken)
    {
        await queue.GoBackAsync(options.Lease, cancellationToken);
        await schedules.ForgetAheadAsync(clock.GetUtcNow(), cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "The clock has jumped by {Step}.")]
    private static partial void LogJump(ILogger logger, TimeSpan step);

    [LoggerMessage(2, LogLevel.Debug, "The clock cannot be compared now; it is tried again.")]
    private static partial void LogLater(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The clock could not be compared; it is tried again.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception);
}
