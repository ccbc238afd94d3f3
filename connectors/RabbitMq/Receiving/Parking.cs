using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// Consumers whose receive has ended without a message, kept a moment for the next receive: who receives in a loop pays for a
/// consumer once, and no message comes just while it ends. A message that comes and is not asked for in that moment goes back.
/// Thread-safe.
/// </summary>
internal sealed class Parking(TimeProvider time)
{
    /// <summary>
    /// How long a consumer waits before another takes its place, so that one the broker has forgotten does not wait for ever.
    /// </summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly List<(ReceiveChannel Channel, Fetch Fetch, ITimer Timer)> _parked = [];

    /// <summary>Keeps a consumer that still waits for its message, and the use of its channel.</summary>
    public bool TryAdd(ReceiveChannel channel, Fetch fetch)
    {
        if (!fetch.IsWaiting || !channel.IsOpen || time.GetElapsedTime(fetch.StartedAt) >= LongestLife)
        {
            return false;
        }

        lock (_gate)
        {
            var timer = time.CreateTimer(_ => End(fetch), null, Moment, Timeout.InfiniteTimeSpan);
            _parked.Add((channel, fetch, timer));
        }

        return true;
    }

    /// <summary>Gives one, and the use of its channel, to the caller.</summary>
    public (ReceiveChannel Channel, Fetch? Fetch)? Take()
    {
        while (true)
        {
            var found = default(Fetch);
            lock (_gate)
            {
                // The one that has its message first: nobody else can have that.
                found = _parked
                    .OrderBy(parked => parked.Fetch.IsWaiting)
                    .Select(parked => parked.Fetch)
                    .FirstOrDefault();
            }

            if (found is null)
            {
                return null;
            }

            if (TakeOut(found) is not { } channel)
            {
                continue;
            }

            if (channel.IsOpen)
            {
                return (channel, found);
            }

            channel.Leave();
        }
    }

    /// <summary>Forgets all; their connection is closed.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var (_, _, timer) in _parked)
            {
                timer.Dispose();
            }

            _parked.Clear();
        }
    }

    private ReceiveChannel? TakeOut(Fetch fetch)
    {
        lock (_gate)
        {
            var index = _parked.FindIndex(parked => parked.Fetch == fetch);
            if (index < 0)
            {
                return null;
            }

            var (channel, _, timer) = _parked[index];
            _parked.RemoveAt(index);
            timer.Dispose();
            return channel;
        }
    }

    private void End(Fetch fetch)
    {
        if (TakeOut(fetch) is { } channel)
        {
            fetch.Ending = channel.StopAsync(fetch);
            _ = GiveBackAsync(channel, fetch);
        }
    }

    private static async Task GiveBackAsync(ReceiveChannel channel, Fetch fetch)
    {
        try
        {
            await fetch.Ending;
            if (fetch.Take() is { Count: > 0 } unwanted)
            {
                await channel.ReleaseAsync([.. unwanted.Select(message => message.Tag)]);
            }
        }
        catch (ConnectorException)
        {
            // The channel or the queue is gone, and the message with it or back already.
        }
        finally
        {
            channel.Leave();
        }
    }
}
