using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Leases;
using Yyc3.Connectors.AwsSqs.Queues;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(AwsSqsConnector))]

namespace Yyc3.Connectors.AwsSqs;

/// <summary>Standard and FIFO queues of Amazon SQS, by its JSON protocol over HTTPS.</summary>
public sealed class AwsSqsConnector
    : IConnector,
        IMessageSender,
        IMessageReceiver,
        IRecordSink,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly SqsClient _client;
    private readonly QueueDirectory _queues;
    private readonly QueuePoller _poller;
    private readonly AwsSqsSender _sender;
    private readonly AwsSqsReceiver _receiver;
    private readonly AwsSqsSettler _settler;
    private readonly MessageRecords _records;

    public AwsSqsConnector(ConnectorContext context)
    {
        var options = AwsSqsOptions.Read(context);
        var receipts = new ReceiptFormat(context.IntegrationId);
        var leases = new LeaseTable(options.DeadLetterMemory, context.Time);
        _client = new SqsClient(context, options);
        var maker = new QueueMaker(_client, options, context.Logger);
        _queues = new QueueDirectory(maker, options);
        _poller = new QueuePoller(_client, context.Time, context.Logger);
        _sender = new AwsSqsSender(_client, _queues, options, context.Time);
        _receiver = new AwsSqsReceiver(_poller, _queues, leases, receipts, options, context.Time);
        _settler = new AwsSqsSettler(
            _client,
            _queues,
            new DeadLetterTargets(_client, _queues, maker),
            leases,
            receipts,
            context.Time
        );
        _records = new MessageRecords(this);
    }

    /// <summary>Calls under way; each has a connection of its own. Receivers that wait have places besides the others.</summary>
    public PoolUsage PoolUsage
    {
        get
        {
            var inUse = _client.Calls.InUse + _client.Polls.InUse;
            return new PoolUsage(
                inUse,
                inUse,
                _client.Calls.Waiting + _client.Polls.Waiting,
                _client.Calls.Limit + _client.Polls.Limit
            );
        }
    }

    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.PingAsync(cancellationToken);
            return HealthReport.Healthy;
        }
        catch (ConnectorException fault)
            when (string.Equals(fault.Code, AwsSqsErrors.AccessDenied, StringComparison.Ordinal))
        {
            // The key was accepted; that it may not list queues does not mean that it may not use its own.
            return HealthReport.Healthy;
        }
        catch (ConnectorException fault)
        {
            return HealthReport.Of(fault);
        }
    }

    public ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    ) => _sender.SendAsync(topic, messages, cancellationToken);

    /// <inheritdoc/>
    public bool RecognisesRepeats(string topic) => topic.EndsWith(QueueTopic.FifoEnd, StringComparison.Ordinal);

    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> ReceiveAsync(
        ReceiveRequest request,
        CancellationToken cancellationToken
    ) => _receiver.ReceiveAsync(request, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => _settler.AcknowledgeAsync(receipts, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> RejectAsync(
        IReadOnlyList<string> receipts,
        TimeSpan delay,
        bool deadLetter,
        CancellationToken cancellationToken
    ) => _settler.RejectAsync(receipts, delay, deadLetter, cancellationToken);

    public ValueTask<IReadOnlyList<SettleOutcome>> ExtendAsync(
        IReadOnlyList<string> receipts,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => _settler.ExtendAsync(receipts, lease, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _poller.DisposeAsync();
        _queues.Dispose();
        _client.Dispose();
    }
}
