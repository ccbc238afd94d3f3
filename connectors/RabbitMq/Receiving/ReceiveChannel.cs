using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Yyc3.Connectors.RabbitMq.Connections;
using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// A channel on which messages of one topic are taken and settled. It is the consumer of everything on it: the library forgets
/// a consumer before the broker has handed over the last of its messages. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Nobody asks the semaphore for a handle, so it holds nothing.")]
internal sealed class ReceiveChannel : IAsyncBasicConsumer
{
    private const string NoConsumer = "none";

    private readonly ConcurrentDictionary<string, Fetch> _fetches = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly BrokerLink _link;
    private readonly IChannel _channel;
    private readonly Action<ReceiveChannel> _onClosed;
    private readonly TimeProvider _time;
    private long _lastFetch;
    private int _prefetch = -1;
    private int _users;

    private ReceiveChannel(BrokerLink link, IChannel channel, Action<ReceiveChannel> onClosed, TimeProvider time) =>
        (_link, _channel, _onClosed, _time) = (link, channel, onClosed, time);

    public IChannel? Channel => _channel;

    public bool IsOpen => _channel.IsOpen && _link.IsOpen;

    /// <summary>Receives that run on it.</summary>
    public int Fetches => _fetches.Count;

    /// <summary>Receives that run on it, and messages that are to be settled on it.</summary>
    public int Users => Volatile.Read(ref _users);

    /// <summary>Sweeps since it was used last, as the owner counts.</summary>
    public int IdleSweeps { get; set; }

    public static async Task<ReceiveChannel> OpenAsync(
        BrokerLink link,
        Action<ReceiveChannel> onClosed,
        TimeProvider time
    )
    {
        var channel = await link.OpenChannelAsync(confirms: false);
        var receiver = new ReceiveChannel(link, channel, onClosed, time);
        channel.DefaultConsumer = receiver;
        channel.ChannelShutdownAsync += receiver.OnShutdownAsync;
        return receiver;
    }

    public void Enter() => Interlocked.Increment(ref _users);

    public void Leave() => Interlocked.Decrement(ref _users);

    /// <summary>Counts the messages that wait in a queue.</summary>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.NotFound"/> when there is no such queue.</exception>
    public async Task<int> CountAsync(string queue)
    {
        try
        {
            var found = await _channel.QueueDeclarePassiveAsync(queue, _link.Lost);
            return (int)Math.Min(found.MessageCount, int.MaxValue);
        }
        catch (Exception fault)
        {
            await CloseAsync();
            throw _link.Explain(fault);
        }
    }

    /// <summary>Starts to take messages.</summary>
    public async Task<Fetch> StartAsync(string queue, int most, long room, bool wasCounted)
    {
        var tag = Interlocked.Increment(ref _lastFetch).ToString(CultureInfo.InvariantCulture);
        var fetch = new Fetch(tag, most, room, wasCounted, _time.GetTimestamp());
        _fetches[tag] = fetch;
        try
        {
            await _starting.WaitAsync(_link.Lost);
            try
            {
                if (_prefetch != most)
                {
                    await _channel.BasicQosAsync(0, (ushort)most, global: false, _link.Lost);
                    _prefetch = most;
                }

                await _channel.BasicConsumeAsync(
                    queue,
                    autoAck: false,
                    tag,
                    noLocal: false,
                    exclusive: false,
                    arguments: null,
                    this,
                    _link.Lost
                );
                return fetch;
            }
            finally
            {
                _starting.Release();
            }
        }
        catch (Exception fault)
        {
            // The broker may have begun to hand messages over.
            _fetches.TryRemove(tag, out _);
            await CloseAsync();
            throw _link.Explain(fault);
        }
    }

    /// <summary>Takes no more; ends when the last message is there.</summary>
    public async Task StopAsync(Fetch fetch)
    {
        try
        {
            await _channel.BasicCancelAsync(fetch.ConsumerTag, noWait: false, _link.Lost);
            await _channel.BasicCancelAsync(fetch.ConsumerTag, noWait: false, _link.Lost);
            await fetch.Last;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // What the broker thinks of the consumer is not known: without the channel it ends for certain.
            fetch.Fail(_link.Explain(fault));
            await CloseAsync();
        }
        finally
        {
            _fetches.TryRemove(fetch.ConsumerTag, out _);
        }
    }

    /// <summary>Settles messages as handled.</summary>
    /// <returns>False when the channel is closed and the broker has taken them back.</returns>
    public Task<bool> AcknowledgeAsync(IReadOnlyList<ulong> tags) =>
        SettleAsync(tags, tag => _channel.BasicAckAsync(tag, multiple: false, _link.Lost));

    /// <summary>Gives messages back.</summary>
    /// <returns>False when the channel is closed and the broker has taken them back by itself.</returns>
    public Task<bool> ReturnAsync(IReadOnlyList<ulong> tags) =>
        SettleAsync(tags, tag => _channel.BasicNackAsync(tag, multiple: false, requeue: true, _link.Lost));

    /// <summary>
    /// Gives back what nobody settled. Nothing asks whether the broker has seen it: when many leases end at once, that many
    /// answers would be waited for one after the other.
    /// </summary>
    public async Task ReleaseAsync(IReadOnlyList<ulong> tags)
    {
        try
        {
            foreach (var tag in tags)
            {
                await _channel.BasicNackAsync(tag, multiple: false, requeue: true, _link.Lost);
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            await CloseAsync();
        }
    }

    public Task CloseAsync() => _link.CloseAsync(_channel);

    public Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default
    )
    {
        if (!_fetches.TryGetValue(consumerTag, out var fetch))
        {
            // Not awaited: closing the channel would wait for this very call.
            _ = ReleaseAsync([deliveryTag]);
            return Task.CompletedTask;
        }

        fetch.Add(deliveryTag, redelivered, properties, body);
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        if (_fetches.TryGetValue(consumerTag, out var fetch))
        {
            fetch.CountCancellation();
        }

        return Task.CompletedTask;
    }

    /// <summary>The broker ends a consumer when its queue is deleted.</summary>
    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        if (_fetches.TryGetValue(consumerTag, out var fetch))
        {
            fetch.EndWithQueue();
        }

        return Task.CompletedTask;
    }

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) =>
        Task.CompletedTask;

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => Task.CompletedTask;

    private async Task<bool> SettleAsync(IReadOnlyList<ulong> tags, Func<ulong, ValueTask> settle)
    {
        try
        {
            foreach (var tag in tags)
            {
                await settle(tag);
            }

            // Settling has no answer of its own. This one comes when the broker has seen all that was said before.
            await _channel.BasicCancelAsync(NoConsumer, noWait: false, _link.Lost);
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            await CloseAsync();
            return false;
        }
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        var fault = RabbitMqErrors.FromShutdown(reason);
        foreach (var fetch in _fetches.Values)
        {
            fetch.Fail(fault);
        }

        _onClosed(this);
        return Task.CompletedTask;
    }
}
