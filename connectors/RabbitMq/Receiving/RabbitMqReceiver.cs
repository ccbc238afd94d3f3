using System.Collections.Concurrent;
using Yyc3.Connectors.RabbitMq.Connections;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>Leases messages, waiting for them when there are none.</summary>
internal sealed class RabbitMqReceiver(
    RabbitMqOptions options,
    BrokerConnection connection,
    TopicQueues queues,
    LeaseTable leases,
    LeaseReceipt receipts,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan OnTheWay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, TopicChannels> _topics = new(StringComparer.Ordinal);
    private readonly Lock _sweeping = new();
    private ITimer? _sweeper;

    public async ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    )
    {
        Check(request);
        var started = time.GetTimestamp();
        while (true)
        {
            var link = await connection.GetAsync(cancellationToken);
            await queues.EnsureAsync(link, request.Topic, cancellationToken);
            if (leases.Bytes >= options.MaxLeasedBytes)
            {
                throw new ConnectorException(
                    ErrorKind.Throttled,
                    "TOO_MANY_LEASES",
                    "Too many messages are leased and not settled yet; settle some first."
                );
            }

            var left = request.Wait - time.GetElapsedTime(started);
            try
            {
                var receiving = ReceiveOnceAsync(link, request, left, cancellationToken);
                var deliveries = await EndOrGiveBackAsync(link, receiving, cancellationToken);
                if (deliveries.Count > 0 || time.GetElapsedTime(started) >= request.Wait)
                {
                    return deliveries;
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (ConnectorException fault) when (fault.Kind == ErrorKind.NotFound)
            {
                // Deleted meanwhile: it is as a topic that nobody has used yet.
                queues.Forget(request.Topic);
            }
        }
    }

    public void Dispose()
    {
        lock (_sweeping)
        {
            _sweeper?.Dispose();
        }

        foreach (var topic in _topics.Values)
        {
            topic.Parking.Clear();
        }
    }

    private void Check(ReceiveRequest request)
    {
        TopicName.Check(request.Topic);
        MessageLimits.CheckRequest(request, LongestWait, options.MaxHold);
    }

    /// <summary>A caller who leaves does not stop the work half way; what still comes goes back when its lease ends at once.</summary>
    private static async Task<IReadOnlyList<Delivery>> EndOrGiveBackAsync(
        BrokerLink link,
        Task<Batch?> receiving,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await receiving.WaitAsync(cancellationToken))?.Lease() ?? [];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = GiveBackAsync(receiving);
            throw;
        }
        catch (OperationCanceledException fault)
        {
            throw link.Explain(fault);
        }
    }

    private static async Task GiveBackAsync(Task<Batch?> receiving)
    {
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (receiving.IsCompletedSuccessfully && await receiving is { } batch)
        {
            await batch.GiveBackAsync();
        }
    }

    private async Task<Batch?> ReceiveOnceAsync(
        BrokerLink link,
        ReceiveRequest request,
        TimeSpan wait,
        CancellationToken leaving
    )
    {
        StartSweeper();
        var topic = UseTopic(request.Topic);
        try
        {
            return await ReceiveOnceAsync(link, topic, request, wait, leaving);
        }
        finally
        {
            topic.EndUse();
        }
    }

    private TopicChannels UseTopic(string name)
    {
        while (true)
        {
            var topic = _topics.GetOrAdd(name, _ => new TopicChannels(options.ChannelsPerTopic, leases.Drop, time));
            if (topic.TryUse())
            {
                return topic;
            }

            // Swept just now, and about to be taken out.
            _topics.TryRemove(KeyValuePair.Create(name, topic));
        }
    }

    private async Task<Batch?> ReceiveOnceAsync(
        BrokerLink link,
        TopicChannels topic,
        ReceiveRequest request,
        TimeSpan wait,
        CancellationToken leaving
    )
    {
        var (channel, fetch) = topic.Parking.Take() ?? (await topic.EnterAsync(link), null);
        var isParked = false;
        try
        {
            fetch ??= await StartAsync(channel, topic, request, wait);
            if (fetch is null)
            {
                return null;
            }

            await FillAsync(fetch, wait, leaving);
            isParked = topic.Parking.TryAdd(channel, fetch);
            if (isParked)
            {
                return null;
            }

            fetch.Ending = channel.StopAsync(fetch);
            if (!fetch.IsFull)
            {
                await fetch.Ending;
            }

            return new Batch(request, channel, fetch, fetch.Take(), topic.Sizes, leases, receipts, time);
        }
        finally
        {
            if (!isParked)
            {
                channel.Leave();
            }
        }
    }

    /// <summary>
    /// Asks for what is there, so that the consumer is full at once; with nothing there for the one message to wait for.
    /// </summary>
    /// <returns>Null when there is nothing and nobody waits.</returns>
    private async Task<Fetch?> StartAsync(
        ReceiveChannel channel,
        TopicChannels topic,
        ReceiveRequest request,
        TimeSpan wait
    )
    {
        var ready = await channel.CountAsync(request.Topic);
        if (ready == 0 && wait <= TimeSpan.Zero)
        {
            return null;
        }

        var fitting = Math.Min(request.MaxMessages, topic.Sizes.HowManyFit(request.MaxBytes));
        var most = Math.Clamp(ready, 1, Math.Min(fitting, options.Prefetch));
        return await channel.StartAsync(request.Topic, most, request.MaxBytes, wasCounted: ready > 0);
    }

    private async Task FillAsync(Fetch fetch, TimeSpan wait, CancellationToken leaving)
    {
        if (fetch.WasCounted)
        {
            // Unless another consumer was faster they are on their way.
            await fetch.Full.WaitAsync(OnTheWay, time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var life = Parking.LongestLife - time.GetElapsedTime(fetch.StartedAt);
        var longest = wait < life ? wait : life;
        if (fetch.Count == 0 && longest > TimeSpan.Zero)
        {
            await fetch.First.WaitAsync(longest, time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void StartSweeper()
    {
        if (_sweeper is not null)
        {
            return;
        }

        lock (_sweeping)
        {
            _sweeper ??= time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
        }
    }

    private void Sweep()
    {
        foreach (var (name, topic) in _topics)
        {
            foreach (var channel in topic.Sweep())
            {
                _ = channel.CloseAsync();
            }

            if (topic.TryRetire())
            {
                _topics.TryRemove(KeyValuePair.Create(name, topic));
            }
        }
    }
}
