using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// The counters of all integrations: counted in memory, saved every second and when the host stops. A crash loses at most
/// that second of counting, never more. Thread-safe.
/// </summary>
internal sealed partial class StatisticsStore(StateStore store, TimeProvider time, ILogger<StatisticsStore> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Task<CallStatistics>> _known = new(StringComparer.Ordinal);

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

    public void Forget(string integrationId) => _known.TryRemove(integrationId, out _);

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

        return statistics;
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        var changes = new List<object>();
        var taken = new List<CallStatistics>();
        foreach (var (integrationId, statistics) in _known)
        {
            if (!statistics.IsCompletedSuccessfully)
            {
                continue;
            }

            var counted = await statistics;
            if (counted.TakeUnsaved() is { } counters)
            {
                taken.Add(counted);
                changes.Add(
                    new
                    {
                        integrationId,
                        total = counters.Succeeded + counters.Failed,
                        counters.Succeeded,
                        counters.Failed,
                        counters.LastErrorAt,
                    }
                );
            }
        }

        if (changes.Count == 0)
        {
            return;
        }

        try
        {
            await store.WriteAsync(
                transaction =>
                    transaction.Connection!.ExecuteAsync(
                        // The integration may have been deleted meanwhile.
                        "insert into integration_statistics (integration_id, total, succeeded, failed, last_error_at)"
                            + " select id, @total, @Succeeded, @Failed, @LastErrorAt from integrations where id = @integrationId"
                            + " on conflict (integration_id) do update set total = excluded.total,"
                            + " succeeded = excluded.succeeded, failed = excluded.failed, last_error_at = excluded.last_error_at",
                        changes,
                        transaction
                    ),
                cancellationToken
            );
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or OperationCanceledException)
        {
            taken.ForEach(statistics => statistics.MarkUnsaved());
            if (fault is OperationCanceledException)
            {
                throw;
            }

            LogNotSaved(logger, fault);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The integrations' counters could not be saved; they stay in memory.")]
    private static partial void LogNotSaved(ILogger logger, Exception exception);
}
