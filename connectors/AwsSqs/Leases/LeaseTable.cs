using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>
/// What the service does not tell: that a handle was used already (it deletes twice without a word, and on standard queues by an
/// old handle too), until when a lease was extended, and what a leased message said. It knows the deliveries of this
/// instance only, is bounded in number and bytes, and forgets each when its lease ends. Thread-safe.
/// </summary>
/// <param name="memory">Most bytes of messages.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaseTable(long memory, TimeProvider time)
{
    private const int MostLeases = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, Lease> _leases = [];
    private readonly PriorityQueue<UInt128, DateTimeOffset> _ends = new();
    private long _bytes;

    /// <summary>Remembers a delivery.</summary>
    public void Add(string receipt, Lease lease)
    {
        var key = KeyOf(receipt);
        lock (_gate)
        {
            Prune();
            Put(key, lease.Message?.Size > memory - _bytes ? lease with { Message = null } : lease, lease.Until);
        }
    }

    /// <summary>What is known of a delivery; null for nothing.</summary>
    public Lease? Find(string receipt)
    {
        var key = KeyOf(receipt);
        lock (_gate)
        {
            return _leases.GetValueOrDefault(key);
        }
    }

    /// <summary>Makes a receipt count no longer.</summary>
    /// <param name="receipt">The receipt.</param>
    public void Settle(SqsReceipt receipt) =>
        Change(receipt, lease => lease with { IsSettled = true, Message = null, Handle = null });

    /// <summary>Notes that a message is among the dead letters.</summary>
    public void NoteCopied(SqsReceipt receipt) => Change(receipt, lease => lease with { IsCopied = true });

    /// <summary>Moves the end of a lease.</summary>
    public void Extend(SqsReceipt receipt, DateTimeOffset until) =>
        Change(receipt, lease => lease with { Until = until });

    private static UInt128 KeyOf(string receipt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(receipt.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void Change(SqsReceipt receipt, Func<Lease, Lease> change)
    {
        var key = KeyOf(receipt.Text);
        lock (_gate)
        {
            Prune();
            Put(key, change(_leases.GetValueOrDefault(key) ?? new Lease(receipt.End)), receipt.End);
        }
    }

    private void Put(UInt128 key, Lease lease, DateTimeOffset end)
    {
        if (_leases.TryGetValue(key, out var before))
        {
            _bytes -= before.Message?.Size ?? 0;
        }
        else
        {
            _ends.Enqueue(key, end);
        }

        _bytes += lease.Message?.Size ?? 0;
        _leases[key] = lease;
    }

    private void Prune()
    {
        var now = time.GetUtcNow();
        while (_ends.TryPeek(out var key, out var end) && (end <= now || _leases.Count >= MostLeases))
        {
            _ends.Dequeue();
            var lease = _leases[key];
            if (lease.Until > now && lease.Until > end)
            {
                // Extended since it was put in.
                _ends.Enqueue(key, lease.Until);
                continue;
            }

            _leases.Remove(key);
            _bytes -= lease.Message?.Size ?? 0;
        }
    }
}
