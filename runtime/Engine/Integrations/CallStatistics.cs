namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Counters of one integration: since its creation, and by minute for the last hour. Thread-safe.</summary>
internal sealed class CallStatistics(TimeProvider time)
{
    private const int Minutes = 60;

    private readonly Lock _gate = new();
    private readonly Bucket[] _buckets = new Bucket[Minutes];
    private long _succeeded;
    private long _failed;
    private long _lastErrorAt;
    private long _savedTotal;

    public long Succeeded => Interlocked.Read(ref _succeeded);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>When a call last failed; null when none has.</summary>
    public DateTimeOffset? LastErrorAt =>
        Interlocked.Read(ref _lastErrorAt) is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>Takes over what was saved by an earlier process.</summary>
    public void Restore(long succeeded, long failed, long? lastErrorAt)
    {
        Interlocked.Add(ref _succeeded, succeeded);
        Interlocked.Add(ref _failed, failed);
        Interlocked.CompareExchange(ref _lastErrorAt, lastErrorAt ?? 0, 0);
        Interlocked.Add(ref _savedTotal, succeeded + failed);
    }

    public void Record(bool isSuccess, TimeSpan duration)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (isSuccess)
        {
            Interlocked.Increment(ref _succeeded);
        }
        else
        {
            Interlocked.Increment(ref _failed);
            Interlocked.Exchange(ref _lastErrorAt, now);
        }

        lock (_gate)
        {
            ref var bucket = ref At(now / 60_000);
            bucket.Calls++;
            bucket.Failures += isSuccess ? 0 : 1;
            bucket.Milliseconds += duration.TotalMilliseconds;
        }
    }

    public void RecordCheck(bool isReachable)
    {
        lock (_gate)
        {
            ref var bucket = ref At(time.GetUtcNow().ToUnixTimeMilliseconds() / 60_000);
            bucket.Checks++;
            bucket.Reachable += isReachable ? 1 : 0;
        }
    }

    /// <summary>The last hour.</summary>
    public CallMeasures Measure()
    {
        var oldest = (time.GetUtcNow().ToUnixTimeMilliseconds() / 60_000) - Minutes;
        lock (_gate)
        {
            var recent = _buckets.Where(bucket => bucket.Minute > oldest).ToList();
            var calls = recent.Sum(bucket => bucket.Calls);
            var checks = recent.Sum(bucket => bucket.Checks);
            return new CallMeasures(
                checks == 0 ? 100 : 100.0 * recent.Sum(bucket => bucket.Reachable) / checks,
                calls == 0 ? 0 : recent.Sum(bucket => bucket.Milliseconds) / calls,
                calls == 0 ? 0 : (double)recent.Sum(bucket => bucket.Failures) / calls
            );
        }
    }

    /// <summary>The counters if they have changed since they were last taken for saving.</summary>
    public (long Succeeded, long Failed, long? LastErrorAt)? TakeUnsaved()
    {
        var (succeeded, failed) = (Succeeded, Failed);
        return Interlocked.Exchange(ref _savedTotal, succeeded + failed) == succeeded + failed
            ? null
            : (succeeded, failed, LastErrorAt?.ToUnixTimeMilliseconds());
    }

    /// <summary>What was taken could not be saved after all.</summary>
    public void MarkUnsaved() => Interlocked.Exchange(ref _savedTotal, -1);

    private ref Bucket At(long minute)
    {
        ref var bucket = ref _buckets[minute % Minutes];
        if (bucket.Minute != minute)
        {
            bucket = new Bucket { Minute = minute };
        }

        return ref bucket;
    }

    private struct Bucket
    {
        public long Minute;
        public long Calls;
        public long Failures;
        public double Milliseconds;
        public long Checks;
        public long Reachable;
    }
}
