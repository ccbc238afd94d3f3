using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(LocalQueueConnector))]

namespace Yyc3.Connectors.LocalQueue;

/// <summary>
/// Durable topics in one SQLite file per integration. Several instances, also of several processes on one machine, may
/// share the file.
/// </summary>
public sealed class LocalQueueConnector : IConnector, IMessageSender, IMessageReceiver, IRecordSink, IAsyncDisposable
{
    private readonly QueueStore _store;
    private readonly LocalQueueSender _sender;
    private readonly LocalQueueReceiver _receiver;
    private readonly MessageRecords _records;

    public LocalQueueConnector(ConnectorContext context)
        : this(context, LocalQueueOptions.Read(context)) { }

    internal LocalQueueConnector(ConnectorContext context, LocalQueueOptions options)
    {
        _store = new QueueStore(options.Path, options.Rules, context.Time, context.Logger);
        _sender = new LocalQueueSender(_store);
        _receiver = new LocalQueueReceiver(_store, context.Time);
        _records = new MessageRecords(this);
    }

    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LocalQueueErrors.TranslateAsync(
                token => _store.RunAsync(new PingWork(token), token),
                cancellationToken
            );
            return HealthReport.Healthy;
        }
        catch (ConnectorException fault)
        {
            return HealthReport.Unreachable(fault.Code, fault.Message, fault.Kind == ErrorKind.Unavailable);
        }
    }

    public ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    ) => _sender.SendAsync(topic, messages, cancellationToken);

    public bool RecognisesRepeats(string topic) => true;

    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    ) => _receiver.ReceiveAsync(request, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => _receiver.SettleAsync(token => new AcknowledgeWork(receipts, token), cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> receipts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    )
    {
        QueueLimits.CheckDelay(delay);
        return _receiver.SettleAsync(token => new RejectWork(receipts, delay, deadLetter, token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(
        IReadOnlyList<string> receipts,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        QueueLimits.CheckLease(lease);
        return _receiver.SettleAsync(token => new ExtendWork(receipts, lease, token), cancellationToken);
    }

    /// <summary>Writes what was accepted and closes the file, within ten seconds.</summary>
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
