using System.Collections.Concurrent;
using Yyc3.Connectors.RabbitMq.Connections;
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
    private static readonly TimeSpan ShortestLease = TimeSpan.FromMilliseconds(1);
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
            var receiving = ReceiveOnceAsync(link, request, left, cancellationToken);
            var deliveries = await EndOrGiveBackAsync(link, receiving, cancellationToken);
            if (deliveries is not null)
            {
                return deliveries;
            }

            // Deleted under the consumer: it is as a topic that nobody has used yet.
            link.Queues.Forget(request.Topic);
        }
    }

    public void Dispose()
    {
        lock (_sweeping)
        {
            _sweeper?.Dispose();
        }
    }

    private void Check(ReceiveRequest request)
    {
        TopicName.Check(request.Topic);
        if (request.Wait < TimeSpan.Zero || request.Wait > LongestWait)
        {
            throw ConnectorException.Invalid("wait", $"must lie between 0 and {LongestWait.TotalHours:0} hours");
        }

        if (request.Lease < ShortestLease || request.Lease > options.MaxHold)
        {
            throw ConnectorException.Invalid(
                "lease",
                $"must lie between 1 ms and {options.MaxHold.TotalSeconds:0} seconds"
            );
        }

        if (request.MaxMessages < 1)
        {
            throw ConnectorException.Invalid("maxMessages", "must be at least 1");
        }

        if (request.MaxBytes < 1)
        {
            throw ConnectorException.Invalid("maxBytes", "must be at least 1");
        }
    }

    /// <summary>A caller who leaves does not stop the work half way; what still comes goes back when its lease ends at once.</summary>
    private static async Task<IReadOnlyList<Delivery>?> EndOrGiveBackAsync(
        BrokerLink link,
        Task<Batch?> receiving,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await receiving.WaitAsync(cancellationToken))?.Lease();
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
        var topic = _topics.GetOrAdd(request.Topic, _ => new TopicChannels(options.ChannelsPerTopic, leases.Drop));
        var channel = await topic.EnterAsync(link);
        try
        {
            var fitting = Math.Min(request.MaxMessages, topic.Sizes.HowManyFit(request.MaxBytes));
            if (await TryStartAsync(channel, request.Topic, Math.Min(fitting, options.Prefetch)) is not { } fetch)
            {
                return null;
            }

            if (wait > TimeSpan.Zero)
            {
                await fetch.First.WaitAsync(wait, time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            fetch.Ending = channel.StopAsync(fetch);
            if (!fetch.IsFull)
            {
                await fetch.Ending;
            }

            var arrived = fetch.Take();
            return fetch.IsQueueGone && arrived.Count == 0
                ? null
                : new Batch(request, channel, fetch, arrived, topic.Sizes, leases, receipts, time);
        }
        finally
        {
            channel.Leave();
        }
    }

    /// <summary>Null when the queue is not there, though it was known to be.</summary>
    private static async Task<Fetch?> TryStartAsync(ReceiveChannel channel, string queue, int most)
    {
        try
        {
            return await channel.StartAsync(queue, most);
        }
        catch (ConnectorException fault) when (fault.Kind == ErrorKind.NotFound)
        {
            return null;
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

            if (topic.IsEmpty)
            {
                _topics.TryRemove(KeyValuePair.Create(name, topic));
            }
        }
    }
}
