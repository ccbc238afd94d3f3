using System.Collections.Concurrent;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// The leases of one instance and their clocks. Who takes a lease out owns it: nobody else settles it. Thread-safe.
/// </summary>
internal sealed class LeaseTable(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Lease> _live = new();
    private readonly ConcurrentDictionary<long, Lease> _held = new();
    private long _lastNumber;
    private long _bytes;

    /// <summary>Memory of all leases.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public long NextNumber() => Interlocked.Increment(ref _lastNumber);

    public void Add(Lease lease)
    {
        lease.Channel.Enter();
        Interlocked.Add(ref _bytes, lease.Size);
        lock (lease)
        {
            _live[lease.Number] = lease;
            lease.Timer = StartTimer(lease);
        }

        if (!lease.Channel.IsOpen)
        {
            // Closed while this was added: its end may have been missed.
            Drop(lease.Channel);
        }
    }

    /// <summary>Takes a lease out to settle it.</summary>
    /// <returns>Null when it has ended, or was taken before.</returns>
    public Lease? Take(long number)
    {
        if (!_live.TryGetValue(number, out var lease))
        {
            return null;
        }

        lock (lease)
        {
            // One whose time is over belongs to its timer, even if that is late.
            return lease.Until > time.GetUtcNow() && TryRemove(_live, lease) ? lease : null;
        }
    }

    /// <summary>Looks at a lease without taking it out.</summary>
    public Lease? Find(long number) =>
        _live.TryGetValue(number, out var lease) && lease.Until > time.GetUtcNow() ? lease : null;

    /// <summary>Prolongs a lease.</summary>
    /// <returns>False when it has ended.</returns>
    public bool TryExtend(Lease lease, TimeSpan span)
    {
        lock (lease)
        {
            var now = time.GetUtcNow();
            if (lease.Until <= now || !_live.ContainsKey(lease.Number))
            {
                return false;
            }

            lease.Until = now + span;
            lease.Timer!.Change(span, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Keeps a message that was taken out from everybody until its time is over.</summary>
    public void Hold(Lease lease, TimeSpan delay)
    {
        lock (lease)
        {
            lease.Delivery = null;
            lease.Properties = null;
            lease.Until = time.GetUtcNow() + delay;
            lease.Channel.Enter();
            Interlocked.Add(ref _bytes, lease.Size);
            _held[lease.Number] = lease;
            lease.Timer = StartTimer(lease);
        }

        if (!lease.Channel.IsOpen)
        {
            Drop(lease.Channel);
        }
    }

    /// <summary>A channel is closed: the broker has its messages back.</summary>
    public void Drop(ReceiveChannel channel)
    {
        foreach (var table in (ReadOnlySpan<ConcurrentDictionary<long, Lease>>)[_live, _held])
        {
            foreach (var (_, lease) in table)
            {
                if (lease.Channel == channel)
                {
                    lock (lease)
                    {
                        TryRemove(table, lease);
                    }
                }
            }
        }
    }

    private ITimer StartTimer(Lease lease) =>
        time.CreateTimer(OnTimer, lease, Positive(lease.Until - time.GetUtcNow()), Timeout.InfiniteTimeSpan);

    private void OnTimer(object? state)
    {
        var lease = (Lease)state!;
        lock (lease)
        {
            var left = lease.Until - time.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                // Prolonged meanwhile, or the timer was early.
                lease.Timer?.Change(Positive(left), Timeout.InfiniteTimeSpan);
                return;
            }

            if (!TryRemove(_live, lease) && !TryRemove(_held, lease))
            {
                return;
            }
        }

        _ = ReturnAsync(lease);
    }

    private bool TryRemove(ConcurrentDictionary<long, Lease> table, Lease lease)
    {
        if (!table.TryRemove(lease.Number, out _))
        {
            return false;
        }

        lease.Timer?.Dispose();
        lease.Timer = null;
        lease.Channel.Leave();
        Interlocked.Add(ref _bytes, -lease.Size);
        return true;
    }

    private static async Task ReturnAsync(Lease lease)
    {
        await lease.Fetch.Ending;
        await lease.Channel.ReleaseAsync([lease.Tag]);
    }

    private static TimeSpan Positive(TimeSpan span) =>
        span < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : span;
}
