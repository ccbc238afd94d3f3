using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Sending;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>
/// One member of one group for one topic, as its receivers see it. A member has one topic only: then a topic that is slow,
/// forbidden or idle is no other topic's matter, and nothing subscribes anew while messages are leased. Thread-safe.
/// </summary>
internal sealed partial class GroupConsumer
{
    private static readonly TimeSpan BetweenBurials = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly KafkaOptions _options;
    private readonly KafkaLink _link;
    private readonly KafkaSender _sender;
    private readonly ConnectorContext _context;
    private readonly ClientTrouble _trouble;
    private readonly DeliveryBuffer _buffer;
    private readonly ConsumerThread _thread;
    private ConnectorException? _burialFault;
    private int _receivers;
    private long _lastUse;
    private bool _isEnding;

    public GroupConsumer(
        int number,
        GroupTopic subject,
        KafkaOptions options,
        KafkaLink link,
        KafkaSender sender,
        ConnectorContext context
    )
    {
        Number = number;
        Subject = subject;
        (_options, _link, _sender, _context) = (options, link, sender, context);
        var mostDeliveries = DeadLetterNames.IsDeadLetterTopic(subject.Topic) ? int.MaxValue : options.MaxDeliveries;
        var limits = new BufferLimits(options.BufferMessages, options.BufferBytes, mostDeliveries);
        _trouble = new ClientTrouble(context.Logger);
        _buffer = new DeliveryBuffer(subject.Topic, limits, context.Time);
        _thread = new ConsumerThread(subject, options, _buffer, _trouble, context)
        {
            ShouldEnd = ShouldEnd,
            Bury = message => _ = BuryOverdueAsync(message),
        };
        _lastUse = context.Time.GetTimestamp();
    }

    public int Number { get; }

    public GroupTopic Subject { get; }

    /// <summary>When it was last received from, in timestamps of the clock.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    /// <summary>Whether nobody receives and nobody has a message.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _receivers == 0 && !_buffer.IsInUse;
            }
        }
    }

    public bool IsEnding
    {
        get
        {
            lock (_gate)
            {
                return _isEnding;
            }
        }
    }

    /// <summary>Ends when it has left the group.</summary>
    public Task End { get; private set; } = Task.CompletedTask;

    /// <summary>Joins the group.</summary>
    /// <param name="ended">Called when it has left.</param>
    public void Start(Action<GroupConsumer> ended) => End = RunAsync(ended);

    /// <summary>Makes it leave the group.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isEnding = true;
        }
    }

    /// <summary>Counts a receiver in, so that the consumer stays.</summary>
    /// <returns>False when it is leaving already.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            _receivers += _isEnding ? 0 : 1;
            return !_isEnding;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _receivers--;
            _lastUse = _context.Time.GetTimestamp();
        }
    }

    /// <summary>Leases messages, as soon as there are any.</summary>
    public async ValueTask<IReadOnlyList<Lease>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    )
    {
        var begun = _context.Time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var arrival = _buffer.Arrival;
            var (leases, nextDue) = _buffer.Take(request);
            if (leases.Count > 0)
            {
                return leases;
            }

            if ((_thread.TakeFault() ?? Interlocked.Exchange(ref _burialFault, null)) is { } fault)
            {
                throw fault;
            }

            if (IsEnding)
            {
                throw KafkaErrors.Closed();
            }

            var left = request.Wait - _context.Time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
            {
                await VerifyAsync(cancellationToken);
                return leases;
            }

            var wait = nextDue is { } due && due + Moment < left ? due + Moment : left;
            await arrival
                .WaitAsync(wait, _context.Time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<SettleOutcome[]> AcknowledgeAsync(
        IReadOnlyList<DeliveryKey> deliveries,
        CancellationToken cancellationToken
    ) => await DecideAsync(_buffer.Acknowledge(deliveries), cancellationToken);

    /// <inheritdoc cref="DeliveryBuffer.Conclude"/>
    public void Conclude(IReadOnlyList<DeliveryKey> deliveries) => _buffer.Conclude(deliveries);

    public Task<SettleOutcome[]> GiveBackAsync(IReadOnlyList<DeliveryKey> deliveries, TimeSpan delay) =>
        Task.FromResult(Outcomes(deliveries, key => _buffer.GiveBack(key, delay)));

    public Task<SettleOutcome[]> ExtendAsync(IReadOnlyList<DeliveryKey> deliveries, TimeSpan lease) =>
        Task.FromResult(Outcomes(deliveries, key => _buffer.Extend(key, lease)));

    public async Task<SettleOutcome[]> BuryAsync(
        IReadOnlyList<DeliveryKey> deliveries,
        CancellationToken cancellationToken
    )
    {
        var messages = deliveries.Select(_buffer.Bury).ToArray();
        var burials = messages
            .OfType<BufferedMessage>()
            .Select(message => BuryAsync(message, DeadLetterNames.Rejected));
        // A caller that goes does not stop what is on its way.
        await Task.WhenAll(burials).WaitAsync(cancellationToken);
        return await DecideAsync(messages, cancellationToken);
    }

    private static SettleOutcome[] Outcomes(IReadOnlyList<DeliveryKey> deliveries, Func<DeliveryKey, bool> settle) =>
        [.. deliveries.Select(key => settle(key) ? SettleOutcome.Done : SettleOutcome.Expired)];

    private async Task RunAsync(Action<GroupConsumer> ended)
    {
        await BlockingThreads.RunAsync(() =>
        {
            _thread.Run();
            return true;
        });
        Stop();
        _buffer.Announce();
        ended(this);
    }

    private bool ShouldEnd()
    {
        lock (_gate)
        {
            var isForgotten =
                _receivers == 0 && _context.Time.GetElapsedTime(_lastUse) > _options.IdleTime && !_buffer.IsInUse;
            _isEnding |= isForgotten;
            return _isEnding;
        }
    }

    /// <summary>Nothing has come: makes sure that this is because there is nothing.</summary>
    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (_trouble.IsSuspected)
        {
            await _link.CheckAsync(cancellationToken);
            _trouble.Clear();
        }
    }

    private async Task<SettleOutcome[]> DecideAsync(BufferedMessage?[] messages, CancellationToken cancellationToken)
    {
        var outcomes = new SettleOutcome[messages.Length];
        Array.Fill(outcomes, SettleOutcome.Expired);
        while (!_buffer.TryDecide(messages, outcomes, out var change))
        {
            await change.WaitAsync(cancellationToken);
        }

        return outcomes;
    }

    private async Task BuryAsync(BufferedMessage message, string reason)
    {
        var isDurable = false;
        try
        {
            if (message.Content is { } content && !DeadLetterNames.IsDeadLetterTopic(Subject.Topic))
            {
                var (group, topic) = Subject;
                var letter = DeadLetters.Write(content, topic, group, reason, message.Deliveries);
                await _sender.SendAsync(DeadLetterNames.TopicOf(topic), letter, CancellationToken.None);
            }

            isDurable = true;
        }
        finally
        {
            _buffer.EndBurial(message, isDurable, BetweenBurials);
        }
    }

    private async Task BuryOverdueAsync(BufferedMessage message)
    {
        try
        {
            await BuryAsync(message, DeadLetterNames.MaxDeliveries);
            Volatile.Write(ref _burialFault, null);
        }
        catch (ConnectorException fault)
        {
            LogNotBuried(_context.Logger, fault);
            // Each attempt that fails is told to a receiver: behind such a message the topic stops in the end.
            Volatile.Write(ref _burialFault, KafkaErrors.NotBuried(fault));
            _buffer.Announce();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A dead letter could not be written; it is tried again")]
    private static partial void LogNotBuried(ILogger logger, Exception fault);
}
