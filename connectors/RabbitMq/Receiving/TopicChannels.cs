using System.Diagnostics.CodeAnalysis;
using Yyc3.Connectors.RabbitMq.Connections;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// The channels that take from one topic. Topics share none: what the broker refuses for one queue closes the channel, with all
/// leases on it. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Nobody asks the semaphore for a handle, so it holds nothing.")]
internal sealed class TopicChannels(int most, Action<ReceiveChannel> onClosed, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly List<ReceiveChannel> _channels = [];
    private int _users;
    private bool _isRetired;

    public SizeEstimate Sizes { get; } = new();

    public Parking Parking { get; } = new(time);

    /// <summary>Gives a channel, entered for the caller: a free one, else a new one, else the one with the least to do.</summary>
    public async Task<ReceiveChannel> EnterAsync(BrokerLink link)
    {
        if (Find(mayBeBusy: false) is { } free)
        {
            return free;
        }

        await _opening.WaitAsync(link.Lost);
        try
        {
            if (Find(mayBeBusy: false) is { } freed)
            {
                return freed;
            }

            if (Find(mayBeBusy: true) is { } busy)
            {
                return busy;
            }

            var channel = await ReceiveChannel.OpenAsync(link, onClosed, time);
            channel.Enter();
            lock (_gate)
            {
                _channels.Add(channel);
            }

            return channel;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Takes out the channels that nobody has used since the last sweep but one.</summary>
    public IReadOnlyList<ReceiveChannel> Sweep()
    {
        lock (_gate)
        {
            _channels.RemoveAll(channel => !channel.IsOpen);
            var idle = _channels.FindAll(channel => channel.Users == 0 && channel.IdleSweeps++ > 0);
            _channels.RemoveAll(idle.Contains);
            return idle;
        }
    }

    /// <summary>Counts a receive in; it may be about to open the first channel.</summary>
    /// <returns>False when this was given up: another takes its place.</returns>
    public bool TryUse()
    {
        lock (_gate)
        {
            _users += _isRetired ? 0 : 1;
            return !_isRetired;
        }
    }

    public void EndUse()
    {
        lock (_gate)
        {
            _users--;
        }
    }

    /// <summary>Gives this up when it has no channel and nobody uses it.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            return _isRetired |= _channels.Count == 0 && _users == 0;
        }
    }

    private ReceiveChannel? Find(bool mayBeBusy)
    {
        lock (_gate)
        {
            _channels.RemoveAll(channel => !channel.IsOpen);
            var channel = _channels.MinBy(channel => channel.Fetches);
            if (channel is null || (mayBeBusy ? _channels.Count < most : channel.Fetches > 0))
            {
                return null;
            }

            channel.Enter();
            channel.IdleSweeps = 0;
            return channel;
        }
    }
}
