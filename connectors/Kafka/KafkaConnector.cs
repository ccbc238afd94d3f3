using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Sending;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(KafkaConnector))]

namespace Yyc3.Connectors.Kafka;

/// <summary>
/// Topics of a Kafka cluster. One producer sends; each topic and group that is received from has one consumer with one
/// thread.
/// </summary>
public sealed class KafkaConnector
    : IConnector,
        IMessageSender,
        IMessageReceiver,
        IRecordSink,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly KafkaOptions _options;
    private readonly KafkaLink _link;
    private readonly KafkaSender _sender;
    private readonly KafkaReceiver _receiver;
    private readonly MessageRecords _records;

    public KafkaConnector(ConnectorContext context)
        : this(context, KafkaOptions.Read(context)) { }

    internal KafkaConnector(ConnectorContext context, KafkaOptions options)
    {
        _options = options;
        _link = new KafkaLink(context, options);
        _sender = new KafkaSender(_link, context.Time);
        _receiver = new KafkaReceiver(context, options, _link, _sender);
        _records = new MessageRecords(this);
    }

    /// <summary>Clients of the native library: the producer and the consumers.</summary>
    public PoolUsage PoolUsage
    {
        get
        {
            var (open, inUse) = _receiver.Usage;
            return new PoolUsage(open + (_link.IsOpen ? 1 : 0), inUse, Waiting: 0, _options.MaxConsumers + 1);
        }
    }

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        HealthReport.OfAsync(_link.CheckAsync(cancellationToken));

    public ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    ) => _sender.SendAsync(topic, messages, cancellationToken);

    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    ) => _receiver.ReceiveAsync(request, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => _receiver.AcknowledgeAsync(receipts, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> receipts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    ) => _receiver.RejectAsync(receipts, delay, deadLetter, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(
        IReadOnlyList<string> receipts,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => _receiver.ExtendAsync(receipts, lease);

    /// <summary>Leaves the groups and closes the connections, within twenty seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _link.DisposeAsync();
        _sender.Dispose();
    }
}
