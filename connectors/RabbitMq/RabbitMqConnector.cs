using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.RabbitMq.Connections;
using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.RabbitMq.Receiving;
using Yyc3.Connectors.RabbitMq.Sending;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(RabbitMqConnector))]

namespace Yyc3.Connectors.RabbitMq;

/// <summary>
/// Queues of a RabbitMQ broker. One connection publishes and another receives, so that a broker that slows publishers down does
/// not keep consumers from settling.
/// </summary>
public sealed class RabbitMqConnector
    : IConnector,
        IMessageSender,
        IMessageReceiver,
        IRecordSink,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly BrokerConnection _publishing;
    private readonly BrokerConnection _receiving;
    private readonly LeaseTable _leases;
    private readonly RabbitMqSender _sender;
    private readonly RabbitMqReceiver _receiver;
    private readonly Settlement _settlement;
    private readonly MessageRecords _records;
    private int _sends;
    private int _receives;

    public RabbitMqConnector(ConnectorContext context)
        : this(context, RabbitMqOptions.Read(context)) { }

    internal RabbitMqConnector(ConnectorContext context, RabbitMqOptions options)
    {
        var dialler = new BrokerDialler(options, context);
        var queues = new TopicQueues(options);
        var receipts = new LeaseReceipt(context);
        _publishing = new BrokerConnection(dialler, "publish");
        _receiving = new BrokerConnection(dialler, "receive");
        _leases = new LeaseTable(context.Time);
        var publisher = new Publisher(options, _publishing, queues, context.Time);
        _sender = new RabbitMqSender(options, publisher, context.Time);
        _receiver = new RabbitMqReceiver(options, _receiving, queues, _leases, receipts, context.Time);
        _settlement = new Settlement(options, _leases, receipts, publisher, context.Time);
        _records = new MessageRecords(this);
    }

    public PoolUsage PoolUsage =>
        new(
            (_publishing.IsOpen ? 1 : 0) + (_receiving.IsOpen ? 1 : 0),
            (Volatile.Read(ref _sends) > 0 ? 1 : 0) + (Volatile.Read(ref _receives) > 0 ? 1 : 0),
            _publishing.Waiting + _receiving.Waiting,
            2
        );

    /// <summary>Leased messages kept in memory.</summary>
    internal long LeasedBytes => _leases.Bytes;

    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var link = await _publishing.GetAsync(cancellationToken);
            if (link.IsBlocked)
            {
                // It would not answer on this connection.
                return Degraded(RabbitMqErrors.Blocked(ErrorKind.Throttled));
            }

            // The broker answers to this, so a connection that only looks open is noticed.
            var opening = link.OpenChannelAsync(confirms: false);
            try
            {
                await using var channel = await opening.WaitAsync(cancellationToken);
                return HealthReport.Healthy;
            }
            catch (OperationCanceledException)
            {
                // Who stops waiting leaves a channel that may still come.
                _ = CloseAsync(opening);
                throw;
            }
        }
        catch (ConnectorException fault)
        {
            return HealthReport.Of(fault);
        }
    }

    public async ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _sends);
        try
        {
            return await _sender.SendAsync(topic, messages, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _sends);
        }
    }

    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    public async ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _receives);
        try
        {
            return await _receiver.ReceiveAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _receives);
        }
    }

    public async ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => await _settlement.AcknowledgeAsync(receipts).WaitAsync(cancellationToken);

    public async ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> receipts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    )
    {
        if (deadLetter)
        {
            return await _settlement.GiveUpAsync(receipts, cancellationToken);
        }

        return delay == TimeSpan.Zero
            ? await _settlement.ReturnAsync(receipts).WaitAsync(cancellationToken)
            : _settlement.Delay(receipts, delay);
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(
        IReadOnlyList<string> receipts,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult(_settlement.Extend(receipts, lease));

    /// <summary>Closes the connections; the broker has every message back that was not acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        _receiver.Dispose();
        await _receiving.DisposeAsync();
        await _publishing.DisposeAsync();
    }

    private static async Task CloseAsync(Task<IChannel> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await (await opening).DisposeAsync();
        }
    }

    private static HealthReport Degraded(ConnectorException fault) =>
        new(HealthState.Degraded, HealthState.Healthy)
        {
            Code = fault.Code,
            Reason = fault.Message,
            Retryable = true,
        };
}
