using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// The counters of all integrations: counted in memory, added to those saved every second and when the host stops. A crash
/// loses at most that second of counting, never more. Thread-safe.
/// </summary>
internal sealed partial class StatisticsStore(StateStore store, TimeProvider time, ILogger<StatisticsStore> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Task<CallStatistics>> _known = new(StringComparer.Ordinal);

    /// <summary>Between a save and its being counted as saved, the saved sum and the unsaved one must not be added.</summary>
    private readonly SemaphoreSlim _saving = new(1, 1);

    public async ValueTask<CallStatistics> ForAsync(string integrationId)
    {
        var loading = _known.GetOrAdd(integrationId, LoadAsync);
        try
        {
            return await loading;
        }
        catch
        {
            // The next call tries again.
            _known.TryRemove(KeyValuePair.Create(integrationId, loading));
            throw;
        }
    }

    /// <summary>The same, with what other nodes have saved.</summary>
    public async ValueTask<CallStatistics> ForAllNodesAsync(string integrationId)
    {
        var statistics = await ForAsync(integrationId);
        if (!store.Dialect.HasSingleWriter)
        {
            await _saving.WaitAsync();
            try
            {
                await RestoreAsync(statistics, integrationId);
            }
            finally
            {
                _saving.Release();
            }
        }

        return statistics;
    }

    public void Forget(string integrationId) => _known.TryRemove(integrationId, out _);

    public override void Dispose()
    {
        _saving.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SaveAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; StopAsync saves the rest.
        }
    }

    private async Task<CallStatistics> LoadAsync(string integrationId)
    {
        var statistics = new CallStatistics(time);
        await RestoreAsync(statistics, integrationId);
        return statistics;
    }

    private async Task RestoreAsync(CallStatistics statistics, string integrationId)
    {
        var row = await store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<(long Succeeded, long Failed, long? LastErrorAt)?>(
                    "select succeeded, failed, last_error_at from integration_statistics where integration_id = @integrationId",
                    new { integrationId }
                ),
            CancellationToken.None
        );
        if (row is { } saved)
        {
            statistics.Restore(saved.Succeeded, saved.Failed, saved.LastErrorAt);
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            var unsaved =
                new List<(string Id, CallStatistics Counted, long Succeeded, long Failed, long? LastErrorAt)>();
            // Always in the same order, so that nodes which save at once wait for each other instead of locking up.
            foreach (var (id, loading) in _known.OrderBy(known => known.Key, StringComparer.Ordinal))
            {
                if (loading.IsCompletedSuccessfully)
                {
                    var counted = await loading;
                    if (counted.Unsaved() is { } counters)
                    {
                        unsaved.Add((id, counted, counters.Succeeded, counters.Failed, counters.LastErrorAt));
                    }
                }
            }

            if (unsaved.Count == 0)
            {
                return;
            }

            await store.WriteAsync(
                transaction =>
                    transaction.Connection!.ExecuteAsync(
                        // The integration may have been deleted meanwhile.
                        "insert into integration_statistics as saved (integration_id, total, succeeded, failed, last_error_at)"
                            + " select id, @total, @Succeeded, @Failed, @LastErrorAt from integrations where id = @Id"
                            + " on conflict (integration_id) do update set total = saved.total + excluded.total,"
                            + " succeeded = saved.succeeded + excluded.succeeded, failed = saved.failed + excluded.failed,"
                            + " last_error_at = coalesce(excluded.last_error_at, saved.last_error_at)",
                        unsaved.Select(change => new
                        {
                            change.Id,
                            total = change.Succeeded + change.Failed,
                            change.Succeeded,
                            change.Failed,
                            change.LastErrorAt,
                        }),
                        transaction
                    ),
                cancellationToken
            );
            unsaved.ForEach(change => change.Counted.MarkSaved(change.Succeeded, change.Failed));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotSaved(logger, fault);
        }
        finally
        {
            _saving.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The integrations' counters could not be saved; they stay in memory.")]
    private static partial void LogNotSaved(ILogger logger, Exception exception);
}
