namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Counters of one integration: since its creation, and by minute for the last hour. Thread-safe.</summary>
internal sealed class CallStatistics(TimeProvider time)
{
    private const int Minutes = 60;

    private readonly Lock _gate = new();
    private readonly Bucket[] _buckets = new Bucket[Minutes];
    private long _savedSucceeded;
    private long _savedFailed;
    private long _newSucceeded;
    private long _newFailed;
    private long _lastErrorAt;

    public long Succeeded => Interlocked.Read(ref _savedSucceeded) + Interlocked.Read(ref _newSucceeded);

    public long Failed => Interlocked.Read(ref _savedFailed) + Interlocked.Read(ref _newFailed);

    /// <summary>When a call last failed; null when none has.</summary>
    public DateTimeOffset? LastErrorAt =>
        Interlocked.Read(ref _lastErrorAt) is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>Takes over what is saved, by all nodes; what this one has not saved yet counts besides.</summary>
    public void Restore(long succeeded, long failed, long? lastErrorAt)
    {
        Interlocked.Exchange(ref _savedSucceeded, succeeded);
        Interlocked.Exchange(ref _savedFailed, failed);
        NoteError(lastErrorAt ?? 0);
    }

    public void Record(bool isSuccess, TimeSpan duration)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (isSuccess)
        {
            Interlocked.Increment(ref _newSucceeded);
        }
        else
        {
            Interlocked.Increment(ref _newFailed);
            NoteError(now);
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

    /// <summary>What has been counted since the last save; null when that is nothing. It is not taken away by this.</summary>
    public (long Succeeded, long Failed, long? LastErrorAt)? Unsaved()
    {
        var (succeeded, failed) = (Interlocked.Read(ref _newSucceeded), Interlocked.Read(ref _newFailed));
        return succeeded + failed == 0 ? null : (succeeded, failed, LastErrorAt?.ToUnixTimeMilliseconds());
    }

    /// <summary>This much of what was counted is saved now.</summary>
    public void MarkSaved(long succeeded, long failed)
    {
        Interlocked.Add(ref _savedSucceeded, succeeded);
        Interlocked.Add(ref _newSucceeded, -succeeded);
        Interlocked.Add(ref _savedFailed, failed);
        Interlocked.Add(ref _newFailed, -failed);
    }

    private void NoteError(long at)
    {
        var known = Interlocked.Read(ref _lastErrorAt);
        while (at > known)
        {
            var before = Interlocked.CompareExchange(ref _lastErrorAt, at, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

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
