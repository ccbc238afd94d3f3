using Confluent.Kafka;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>
/// Which messages are ready, leased, held back or on their way to the dead letters, and when each changes by itself.
/// Guarded by its buffer.
/// </summary>
internal sealed class LeaseBook(int mostDeliveries, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Queue<BufferedMessage> _fresh = [];
    private readonly SortedSet<BufferedMessage> _returned = new(ArrivalOrder.Instance);
    private readonly SortedSet<BufferedMessage> _due = new(DueOrder.Instance);
    private List<BufferedMessage> _graves = [];
    private long _sequence;
    private long _deliveries;

    /// <summary>Messages whose content is in memory.</summary>
    public int Held { get; private set; }

    /// <summary>Bytes of that content.</summary>
    public long Bytes { get; private set; }

    /// <summary>Messages that wait for a receiver.</summary>
    public int Ready { get; private set; }

    public int Leased { get; private set; }

    public int Buried { get; private set; }

    /// <summary>Whether a message is leased or held back until its time has come.</summary>
    public bool HasTimed => _due.Count > 0;

    /// <summary>The next to be leased; null for none.</summary>
    public BufferedMessage? Next
    {
        get
        {
            while (_fresh.TryPeek(out var stale) && stale.State == MessageState.Dropped)
            {
                _fresh.Dequeue();
            }

            // What comes back has arrived before anything that was never given out.
            return _returned.Min ?? (_fresh.TryPeek(out var fresh) ? fresh : null);
        }
    }

    /// <summary>How long until a message changes by itself; null when none will.</summary>
    public TimeSpan? NextDue => _due.Min is { } first ? TimeSpan.FromTicks(Math.Max(0, (first.Due - Now).Ticks)) : null;

    private TimeSpan Now => time.GetElapsedTime(_start);

    public BufferedMessage Create(PartitionWindow window, long offset, Message<byte[]?, byte[]?> content) =>
        new(window, offset, ++_sequence, content);

    public void Add(BufferedMessage message)
    {
        Held++;
        Ready++;
        Bytes += message.Size;
        _fresh.Enqueue(message);
    }

    /// <summary>Leases the next one.</summary>
    /// <returns>Whether it is now the first to change by itself.</returns>
    public bool Lease(BufferedMessage next, TimeSpan lease)
    {
        if (!_returned.Remove(next))
        {
            _fresh.Dequeue();
        }

        Ready--;
        next.State = MessageState.Leased;
        next.Deliveries++;
        next.DeliveryId = ++_deliveries;
        Leased++;
        return Schedule(next, lease);
    }

    /// <summary>Changes when a lease ends.</summary>
    /// <returns>Whether it is now the first to change by itself.</returns>
    public bool Extend(BufferedMessage leased, TimeSpan lease)
    {
        _due.Remove(leased);
        return Schedule(leased, lease);
    }

    public void GiveBack(BufferedMessage leased, TimeSpan delay)
    {
        EndLease(leased);
        leased.DeliveryId = 0;
        Return(leased, delay);
    }

    /// <summary>Lets happen what time has brought.</summary>
    public void Expire()
    {
        var now = Now;
        while (_due.Min is { } first && first.Due <= now)
        {
            if (first.State == MessageState.Leased)
            {
                GiveBack(first, TimeSpan.Zero);
            }
            else
            {
                _due.Remove(first);
                Return(first, TimeSpan.Zero);
            }
        }
    }

    /// <summary>Lets a message that is held back come at once, unless it is to be buried then.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryHasten(BufferedMessage message)
    {
        if (message.State != MessageState.Held || message.Deliveries >= mostDeliveries)
        {
            return false;
        }

        _due.Remove(message);
        Return(message, TimeSpan.Zero);
        return true;
    }

    /// <summary>Takes a message out of its lease for the dead letters.</summary>
    public void Bury(BufferedMessage leased)
    {
        EndLease(leased);
        leased.State = MessageState.Buried;
        Buried++;
    }

    /// <summary>Messages that have been delivered often enough, each told once.</summary>
    public IReadOnlyList<BufferedMessage> TakeGraves()
    {
        if (_graves.Count == 0)
        {
            return [];
        }

        var graves = _graves;
        _graves = [];
        return graves;
    }

    /// <summary>Undoes a burial: the lease goes on, or else the message is buried again later.</summary>
    public void Exhume(BufferedMessage buried, TimeSpan delay)
    {
        Buried--;
        if (buried.DeliveryId != 0)
        {
            buried.State = MessageState.Leased;
            Leased++;
            _due.Add(buried);
        }
        else
        {
            buried.State = MessageState.Held;
            Schedule(buried, delay);
        }
    }

    /// <summary>Ends a lease or a burial: the message needs no content any more.</summary>
    public void Acknowledge(BufferedMessage message)
    {
        if (message.State == MessageState.Leased)
        {
            EndLease(message);
        }
        else
        {
            Buried--;
        }

        message.State = MessageState.Acknowledged;
        Release(message);
    }

    /// <summary>Forgets a message whose partition has gone.</summary>
    public void Drop(BufferedMessage message)
    {
        switch (message.State)
        {
            case MessageState.Leased:
                EndLease(message);
                break;
            case MessageState.Held:
                _due.Remove(message);
                break;
            case MessageState.Buried:
                Buried--;
                _graves.Remove(message);
                break;
            case MessageState.Ready:
                Ready--;
                _returned.Remove(message);
                break;
        }

        message.State = MessageState.Dropped;
        Release(message);
    }

    private bool Schedule(BufferedMessage message, TimeSpan after)
    {
        message.Due = Now + after;
        _due.Add(message);
        return ReferenceEquals(_due.Min, message);
    }

    private void EndLease(BufferedMessage message)
    {
        _due.Remove(message);
        Leased--;
    }

    private void Return(BufferedMessage message, TimeSpan delay)
    {
        if (message.Deliveries >= mostDeliveries)
        {
            message.State = MessageState.Buried;
            Buried++;
            _graves.Add(message);
        }
        else if (delay > TimeSpan.Zero)
        {
            message.State = MessageState.Held;
            Schedule(message, delay);
        }
        else
        {
            Ready++;
            message.State = MessageState.Ready;
            _returned.Add(message);
        }
    }

    private void Release(BufferedMessage message)
    {
        if (message.Content is not null)
        {
            Held--;
            Bytes -= message.Size;
            message.Release();
        }
    }
}
