using Confluent.Kafka;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>
/// The messages between one polling thread and its receivers: what was fetched, what is leased, and how far each partition
/// is handled. Bounded, as the thread stops fetching when it is full. Thread-safe.
/// </summary>
internal sealed class DeliveryBuffer(string topic, BufferLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LeaseBook _book = new(limits.Deliveries, time);
    private readonly CommitLedger _ledger = new(topic);
    private TaskCompletionSource _arrival = NewSignal();

    /// <summary>Set when somebody waits for a commit.</summary>
    public ThreadSignal AwaitedCommit { get; } = new();

    /// <summary>Whether no more is to be fetched.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _book.Held >= limits.Messages
                    || _book.Bytes >= limits.Bytes
                    || _ledger.Remembered >= limits.Remembered;
            }
        }
    }

    /// <summary>Whether fetching may go on; at half, because each pause throws away what the client has fetched ahead.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _book.Held <= limits.Messages / 2
                    && _book.Bytes <= limits.Bytes / 2
                    && _ledger.Remembered <= limits.Remembered / 2;
            }
        }
    }

    /// <summary>Whether receivers have enough to go on with for now.</summary>
    public bool IsStocked
    {
        get
        {
            lock (_gate)
            {
                return _book.Ready > limits.Messages / 2;
            }
        }
    }

    /// <summary>Whether a receiver has a message or waits for a commit, or one is on its way to the dead letters.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                _book.Expire();
                return _book.Leased > 0 || IsOwed;
            }
        }
    }

    /// <summary>Whether it is busy, or holds a message back: only this memory knows when that one is to come.</summary>
    public bool IsInUse
    {
        get
        {
            lock (_gate)
            {
                _book.Expire();
                return _book.HasTimed || IsOwed;
            }
        }
    }

    /// <summary>Ends when something may be there that was not before; to be taken before looking.</summary>
    public Task Arrival
    {
        get
        {
            lock (_gate)
            {
                return _arrival.Task;
            }
        }
    }

    private bool IsOwed => _book.Buried > 0 || _ledger.IsAwaited;

    public void Add(ConsumeResult<byte[]?, byte[]?> result)
    {
        lock (_gate)
        {
            var (partition, offset) = (result.Partition.Value, result.Offset.Value);
            var window = _ledger.WindowOf(partition);
            if (window.IsPast(offset))
            {
                // Within one log the client never goes back, not even after a pause: the topic was made anew or cut off,
                // and what the old offsets named is gone. Else messages come again, which is no harm.
                Forget([partition]);
                window = _ledger.WindowOf(partition, offset);
            }

            var message = _book.Create(window, offset, result.Message);
            _ledger.Add(message);
            _book.Add(message);
        }
    }

    /// <summary>
    /// When only the memory of handled messages is full, what holds it up is a message that was given back with a delay: it
    /// comes at once, as nothing else would make room.
    /// </summary>
    public void MakeRoom()
    {
        lock (_gate)
        {
            if (
                _ledger.Remembered >= limits.Remembered
                && _ledger.LongestGap is { } message
                && _book.TryHasten(message)
            )
            {
                Wake();
            }
        }
    }

    /// <summary>Wakes those who wait.</summary>
    public void Announce()
    {
        lock (_gate)
        {
            Wake();
        }
    }

    /// <summary>Leases what is ready.</summary>
    /// <param name="request">Limits and time.</param>
    /// <returns>What was leased, and how long until something comes back by itself; null for never.</returns>
    public (IReadOnlyList<Lease> Leases, TimeSpan? NextDue) Take(ReceiveRequest request)
    {
        lock (_gate)
        {
            _book.Expire();
            var leases = new List<Lease>();
            var bytes = 0L;
            var isSooner = false;
            while (leases.Count < request.MaxMessages && _book.Next is { Content: { } content } message)
            {
                bytes += content.Value?.Length ?? 0;
                if (leases.Count > 0 && bytes > request.MaxBytes)
                {
                    break;
                }

                isSooner |= _book.Lease(message, request.Lease);
                var key = new DeliveryKey(message.Window.Partition, message.Offset, message.DeliveryId);
                leases.Add(new Lease(key, message.Deliveries, content));
            }

            WakeIf(isSooner);
            return (leases, _book.NextDue);
        }
    }

    /// <summary>Marks messages as handled.</summary>
    /// <returns>Per delivery, what <see cref="TryDecide"/> asks for; null for one that has ended.</returns>
    public BufferedMessage?[] Acknowledge(IReadOnlyList<DeliveryKey> deliveries)
    {
        lock (_gate)
        {
            _book.Expire();
            var messages = new BufferedMessage?[deliveries.Count];
            for (var i = 0; i < messages.Length; i++)
            {
                messages[i] = _ledger.Find(deliveries[i]);
                switch (messages[i])
                {
                    case { State: MessageState.Leased } leased:
                        MarkHandled(leased);
                        break;
                    case not { State: MessageState.Acknowledged, IsAnswered: false }:
                        // Else its commit failed, or another call waits for it: this one joins.
                        messages[i] = null;
                        break;
                }
            }

            return messages;
        }
    }

    /// <summary>Gives a message back.</summary>
    /// <returns>False when the delivery has ended.</returns>
    public bool GiveBack(DeliveryKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            if (FindLeased(key) is not { } message)
            {
                return false;
            }

            _book.GiveBack(message, delay);
            Wake();
            return true;
        }
    }

    /// <summary>Changes when a lease ends.</summary>
    /// <returns>False when the delivery has ended.</returns>
    public bool Extend(DeliveryKey key, TimeSpan lease)
    {
        lock (_gate)
        {
            if (FindLeased(key) is not { } message)
            {
                return false;
            }

            WakeIf(_book.Extend(message, lease));
            return true;
        }
    }

    /// <summary>Takes a message out of its lease for the dead letters.</summary>
    /// <returns>The message; null when the delivery has ended.</returns>
    public BufferedMessage? Bury(DeliveryKey key)
    {
        lock (_gate)
        {
            var message = FindLeased(key);
            if (message is not null)
            {
                _book.Bury(message);
            }

            return message;
        }
    }

    /// <summary>Messages that have been delivered often enough, each told once.</summary>
    public IReadOnlyList<BufferedMessage> TakeGraves()
    {
        lock (_gate)
        {
            return _book.TakeGraves();
        }
    }

    /// <summary>The dead letter is durable, or is not.</summary>
    public void EndBurial(BufferedMessage message, bool isDurable, TimeSpan retryDelay)
    {
        lock (_gate)
        {
            // Its partition may have gone meanwhile.
            if (message.State != MessageState.Buried)
            {
                return;
            }

            if (isDurable)
            {
                MarkHandled(message);
            }
            else
            {
                _book.Exhume(message, retryDelay);
            }
        }
    }

    /// <inheritdoc cref="CommitLedger.TryDecide"/>
    public bool TryDecide(BufferedMessage?[] messages, SettleOutcome[] outcomes, out Task change)
    {
        bool isDecided;
        lock (_gate)
        {
            isDecided = _ledger.TryDecide(messages, outcomes, out change);
        }

        if (!isDecided)
        {
            AwaitedCommit.Set();
        }

        return isDecided;
    }

    /// <summary>The whole call about these deliveries has succeeded: those that it handled are settled for good.</summary>
    public void Conclude(IReadOnlyList<DeliveryKey> deliveries)
    {
        lock (_gate)
        {
            foreach (var key in deliveries)
            {
                if (_ledger.Find(key) is { State: MessageState.Acknowledged } message)
                {
                    message.Window.Answer(message);
                }
            }
        }
    }

    /// <inheritdoc cref="CommitLedger.Begin"/>
    public CommitWork? BeginCommit()
    {
        lock (_gate)
        {
            return _ledger.Begin();
        }
    }

    public void EndCommit(CommitWork work)
    {
        List<TaskCompletionSource> late;
        lock (_gate)
        {
            _ledger.End(work);
            late = _ledger.TakeWaiting();
        }

        // Those who came while the commit was under way may be covered by it, and nothing more to commit.
        work.Waiting.Concat(late).ToList().ForEach(signal => signal.TrySetResult());
    }

    /// <inheritdoc cref="CommitLedger.PutBack"/>
    public void PutBack(CommitWork work)
    {
        lock (_gate)
        {
            _ledger.PutBack(work);
        }
    }

    /// <summary>Forgets partitions that are another member's now, or all; their receipts have ended.</summary>
    public void Drop(IEnumerable<int>? partitions)
    {
        lock (_gate)
        {
            Forget(partitions ?? _ledger.Partitions());
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Forget(IEnumerable<int> partitions)
    {
        foreach (var message in partitions.SelectMany(_ledger.Drop))
        {
            _book.Drop(message);
        }

        // Those whose partition stays ask again and wait on.
        _ledger.TakeWaiting().ForEach(signal => signal.TrySetResult());
        Wake();
    }

    private BufferedMessage? FindLeased(DeliveryKey key)
    {
        _book.Expire();
        return _ledger.Find(key) is { State: MessageState.Leased } message ? message : null;
    }

    private void MarkHandled(BufferedMessage message)
    {
        _book.Acknowledge(message);
        message.Window.Advance();
    }

    private void WakeIf(bool isSooner)
    {
        if (isSooner)
        {
            // Those who wait must look again in time.
            Wake();
        }
    }

    private void Wake()
    {
        var signal = _arrival;
        _arrival = NewSignal();
        signal.TrySetResult();
    }
}
