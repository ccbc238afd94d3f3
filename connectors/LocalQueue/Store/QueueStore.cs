using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.LocalQueue.Signals;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>
/// One thread that does all reading and writing of a queue file. What waits for it goes into one transaction, so that many
/// callers share one flush to the disk. Thread-safe.
/// </summary>
internal sealed partial class QueueStore : IAsyncDisposable
{
    private const int MostWaiting = 8192;
    private const int FullTransaction = 1000;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly BlockingCollection<WorkItem> _queue = new(new ConcurrentQueue<WorkItem>());
    private readonly SemaphoreSlim _room = new(MostWaiting);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly QueueFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ITimer? _sweeping;
    private bool _started;
    private int _sweepRuns;
    private volatile bool _abandoned;

    public QueueStore(string path, QueueRules rules, TimeProvider time, ILogger logger)
    {
        _file = new QueueFile(path, rules, time);
        _time = time;
        _logger = logger;
        Signals = TopicSignals.Open(path, time);
    }

    public TopicSignals Signals { get; }

    /// <summary>Does the work in the next transaction; ends when that is durable, or undone.</summary>
    public async Task<T> RunAsync<T>(WorkOf<T> work, CancellationToken cancellationToken)
    {
        try
        {
            Start();
            await _room.WaitAsync(cancellationToken);
            _queue.Add(work, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            work.Fail(Closed());
        }
        catch (Exception fault)
        {
            work.Fail(fault);
        }

        return await work.ResultAsync();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_queue.IsAddingCompleted)
            {
                return;
            }

            _queue.CompleteAdding();
            _sweeping?.Dispose();
            if (!_started)
            {
                _ended.TrySetResult();
            }
        }

        Signals.Close();
        await _ended.Task.WaitAsync(CloseLimit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _abandoned = true;
    }

    private static ConnectorException Closed() =>
        new(ErrorKind.Unavailable, "QUEUE_CLOSED", "The queue has been closed.");

    private void Start()
    {
        lock (_gate)
        {
            if (_started)
            {
                return;
            }

            if (_queue.IsAddingCompleted)
            {
                throw Closed();
            }

            _started = true;
            new Thread(Loop) { IsBackground = true, Name = "local-queue" }.Start();
            _sweeping = _time.CreateTimer(_ => _ = SweepAsync(), null, SweepInterval, SweepInterval);
        }
    }

    private void Loop()
    {
        var items = new List<WorkItem>();
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            items.Clear();
            items.Add(first);
            var weight = first.Weight;
            while (weight < FullTransaction && _queue.TryTake(out var next))
            {
                items.Add(next);
                weight += next.Weight;
            }

            Write(items);
            _room.Release(items.Count);
        }

        _file.Dispose();
        _ended.TrySetResult();
    }

    private void Write(List<WorkItem> items)
    {
        try
        {
            if (_abandoned)
            {
                throw Closed();
            }

            Commit(items);
        }
        catch (Exception fault) when (items.Count > 1 && !ConcernsAll(fault))
        {
            // One of them is at fault; alone it cannot hurt the others.
            items.ForEach(item => Write([item]));
        }
        catch (Exception fault)
        {
            items.ForEach(item => item.Fail(fault));
        }
    }

    private void Commit(List<WorkItem> items)
    {
        Batch batch;
        try
        {
            batch = _file.Begin();
            items.ForEach(item => item.Apply(batch));
            batch.Commit();
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        items.ForEach(item => item.Complete());
        Signals.Wake(batch.Wakes);
    }

    /// <summary>Whether the next transaction would fail the same way: the file's or the disk's trouble, not an item's.</summary>
    private static bool ConcernsAll(Exception fault) =>
        fault is ConnectorException or IOException or UnauthorizedAccessException
        || fault is SqliteException { SqliteErrorCode: not (1 or 19 or 20 or 25) };

    private async Task SweepAsync()
    {
        if (Interlocked.Exchange(ref _sweepRuns, 1) == 1)
        {
            return;
        }

        try
        {
            long? position = 0;
            while (position is { } after)
            {
                position = await RunAsync(new SweepWork(after), CancellationToken.None);
            }
        }
        catch (Exception fault)
        {
            LogSweepFailed(_logger, fault);
        }
        finally
        {
            Volatile.Write(ref _sweepRuns, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old messages could not be deleted")]
    private static partial void LogSweepFailed(ILogger logger, Exception fault);
}
