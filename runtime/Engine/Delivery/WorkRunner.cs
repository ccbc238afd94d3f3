using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>
/// Does the work of one queue on this node: claims, keeps the leases, hands each piece to the handler and writes down what came
/// of it. A handler's token ends when the work is not this node's any more, was cancelled, or the host stops; what it writes
/// must begin with <see cref="WorkQueue.HoldAsync"/>.
/// </summary>
internal sealed partial class WorkRunner(
    WorkQueue queue,
    StateStore store,
    StateClock clock,
    WorkNode node,
    WorkRules rules,
    Func<WorkItem, CancellationToken, Task<WorkOutcome>> handle,
    WorkMeasures measures,
    TimeProvider time,
    ILogger<WorkRunner> logger
) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PurgePeriod = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MeasurePeriod = TimeSpan.FromSeconds(10);
    private const int Batch = 50;

    private readonly ConcurrentDictionary<string, Holding> _held = new(StringComparer.Ordinal);
    private readonly Channel<WorkItem> _done = Channel.CreateUnbounded<WorkItem>();
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Pieces that this node is at.</summary>
    public int Held => _held.Count;

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        queue.Woken += Wake;
        using var renewing = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
        var keeping = KeepAsync(renewing.Token);
        var completing = CompleteAsync();
        try
        {
            await ClaimAsync(stoppingToken);
        }
        finally
        {
            queue.Woken -= Wake;
            foreach (var holding in _held.Values)
            {
                await CancelAsync(holding);
            }

            await Task.WhenAll(_held.Values.Select(holding => holding.Task));
            _done.Writer.Complete();
            await completing;
            await renewing.CancelAsync();
            await keeping;
            await TryAsync(() => queue.ReleaseAsync(rules.Queue, node.Owner, except: null, CancellationToken.None));
        }
    }

    private void Wake(string name)
    {
        if (string.Equals(name, rules.Queue, StringComparison.Ordinal) && _wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has woken it meanwhile.
            }
        }
    }

    private async Task ClaimAsync(CancellationToken stoppingToken)
    {
        var claims = new WorkClaims(store, clock, rules, node.Owner);
        var isFirst = true;
        long? purged = null;
        long? measured = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var claimed = 0;
            var isUsable = await TryAsync(async () =>
            {
                if (isFirst)
                {
                    // What this directory's processes held before they died need not wait for its lease to end.
                    await queue.ReleaseAsync(rules.Queue, node.Directory + "/", node.Owner, stoppingToken);
                    isFirst = false;
                }

                var room = Math.Min(Batch, rules.NodeLimit - _held.Count);
                if (room > 0)
                {
                    foreach (var item in await claims.ClaimAsync(room, stoppingToken))
                    {
                        claimed++;
                        Begin(item, stoppingToken);
                    }
                }

                if (measured is not { } last || time.GetElapsedTime(last) > MeasurePeriod)
                {
                    measured = time.GetTimestamp();
                    measures.Set(rules.Queue, await queue.MeasureAsync(rules.Queue, stoppingToken));
                }

                if (purged is not { } at || time.GetElapsedTime(at) > PurgePeriod)
                {
                    purged = time.GetTimestamp();
                    while (await queue.PurgeAsync(rules, stoppingToken) > 0)
                    {
                        // In parts, so that nobody waits long.
                    }
                }
            });
            if (claimed > 0 && isUsable && _held.Count < rules.NodeLimit)
            {
                continue;
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Poll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    private void Begin(WorkItem item, CancellationToken stoppingToken)
    {
        var holding = new Holding(item, CancellationTokenSource.CreateLinkedTokenSource(stoppingToken), time);
        _held[item.Key] = holding;
        holding.Task = Task.Run(() => RunAsync(holding), CancellationToken.None);
    }

    private async Task RunAsync(Holding holding)
    {
        var item = holding.Item;
        try
        {
            WorkOutcome outcome;
            try
            {
                outcome = await handle(item, holding.End.Token);
            }
            catch (OperationCanceledException) when (holding.End.IsCancellationRequested)
            {
                // Stopped, taken over or cancelled: whoever has it now goes on.
                outcome = new WorkOutcome.Parked(TimeSpan.Zero);
            }
            catch (WorkLostException)
            {
                outcome = WorkOutcome.Settled;
            }
            catch (DbException fault) when (store.Dialect.IsPassing(fault))
            {
                LogStore(logger, fault, rules.Queue);
                outcome = new WorkOutcome.Parked(Poll);
            }
            catch (Exception fault)
            {
                LogFailed(logger, fault, rules.Queue, item.Id);
                outcome = new WorkOutcome.Failed("The runtime failed unexpectedly.");
            }

            measures.Attempted(rules.Queue, outcome);
            await WriteAsync(item, outcome);
        }
        finally
        {
            _held.TryRemove(item.Key, out _);
            holding.End.Dispose();
            Wake(rules.Queue);
        }
    }

    private async Task WriteAsync(WorkItem item, WorkOutcome outcome)
    {
        switch (outcome)
        {
            case WorkOutcome.Done:
                await _done.Writer.WriteAsync(item, CancellationToken.None);
                break;
            case WorkOutcome.Parked parked:
                await TryAsync(() => queue.ParkAsync(item, parked.Delay, CancellationToken.None));
                break;
            case WorkOutcome.Failed failed:
                await TryAsync(() => queue.FailAsync(rules, item, failed, CancellationToken.None));
                break;
        }
    }

    /// <summary>Ends done work many at a time: while one commit is under way the next batch gathers.</summary>
    private async Task CompleteAsync()
    {
        var batch = new List<WorkItem>(Batch);
        while (await _done.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < Batch && _done.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            // If this fails the work is done again after its lease: it happens at least once.
            await TryAsync(() => queue.CompleteAsync(batch, CancellationToken.None));
            batch.Clear();
        }
    }

    /// <summary>Prolongs the leases in time, and ends the handlers of work that is not held any more.</summary>
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(rules.Lease / 3, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested || _held.IsEmpty)
            {
                continue;
            }

            var held = _held.Values.ToList();
            var begun = time.GetTimestamp();
            var isRenewed = await TryAsync(async () =>
            {
                foreach (var part in held.Chunk(500))
                {
                    var kept = await queue.RenewAsync(
                        [.. part.Select(holding => holding.Item)],
                        rules.Lease,
                        cancellationToken
                    );
                    foreach (var holding in part)
                    {
                        if (kept.Contains(holding.Item.Key))
                        {
                            holding.RenewedAt = begun;
                        }
                        else
                        {
                            await EndAsync(holding);
                        }
                    }
                }
            });
            if (!isRenewed)
            {
                // Without the store nobody can tell whose the work is; after a lease it may be another's.
                foreach (var holding in held.Where(holding => time.GetElapsedTime(holding.RenewedAt) > rules.Lease))
                {
                    await EndAsync(holding);
                }
            }
        }
    }

    private async Task EndAsync(Holding holding)
    {
        // It may have ended by itself meanwhile.
        if (_held.ContainsKey(holding.Item.Key))
        {
            LogLost(logger, rules.Queue, holding.Item.Id);
            await CancelAsync(holding);
        }
    }

    private static async Task CancelAsync(Holding holding)
    {
        try
        {
            await holding.End.CancelAsync();
        }
        catch (Exception fault) when (fault is ObjectDisposedException or AggregateException)
        {
            // It has ended by itself, or what it had registered failed; it is told to end all the same.
        }
    }

    private async Task<bool> TryAsync(Func<ValueTask<int>> write) =>
        await TryAsync(async () =>
        {
            await write();
        });

    private async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (DbException fault)
        {
            LogStore(logger, fault, rules.Queue);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception fault)
        {
            // An error of the runtime's own; the other queues of this host have no part in it.
            LogUnexpected(logger, fault, rules.Queue);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The store cannot be used for the work of {Queue} now; it is tried again.")]
    private static partial void LogStore(ILogger logger, Exception exception, string queue);

    [LoggerMessage(2, LogLevel.Error, "The work {Id} of {Queue} failed unexpectedly.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string queue, string id);

    [LoggerMessage(3, LogLevel.Warning, "The work {Id} of {Queue} is not held by this node any more.")]
    private static partial void LogLost(ILogger logger, string queue, string id);

    [LoggerMessage(4, LogLevel.Error, "The work of {Queue} cannot go on as it should; it is tried again.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string queue);

    private sealed class Holding(WorkItem item, CancellationTokenSource end, TimeProvider time)
    {
        public WorkItem Item { get; } = item;

        public CancellationTokenSource End { get; } = end;

        public Task Task { get; set; } = Task.CompletedTask;

        public long RenewedAt { get; set; } = time.GetTimestamp();
    }
}
