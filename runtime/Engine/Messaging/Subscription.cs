using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Messaging.V1;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk.Messaging;
using MessageDelivery = Yyc3.Connectors.Sdk.Messaging.Delivery;
using ReceiveRequest = Yyc3.Connectors.Sdk.Messaging.ReceiveRequest;

namespace Yyc3.Connectors.Runtime.Messaging;

/// <summary>
/// One subscription: a loop that leases as many messages as there is credit for, and a loop that settles what the subscriber
/// says. Everything it tells goes through one writer, in order.
/// </summary>
internal sealed class Subscription(
    ConnectorSession<IMessageReceiver> session,
    SubscribeOpen open,
    RequestValidator validator,
    TimeProvider time,
    ServerCallContext context,
    CancellationToken stopping
) : IDisposable
{
    private const int DefaultCredit = 100;
    private const int DefaultLease = 30_000;
    private const int LargestFetch = 100;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Waiting for messages is cut into pieces so that new credit is used soon.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly bool _isManual = open.AckMode == AckMode.Manual;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Channel<int> _credits = Channel.CreateUnbounded<int>();
    private readonly HashSet<string> _unsettled = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _credit = open.HasCredit ? open.Credit : DefaultCredit;
    private long _lastWrite = time.GetTimestamp();

    public async Task RunAsync(
        IAsyncStreamReader<SubscribeRequest> requests,
        IServerStreamWriter<SubscribeResponse> responses
    )
    {
        // A connector whose integration was changed or deleted must not be kept open by one that listens for ever.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken,
            stopping,
            session.Retirement
        );
        var listening = ListenAsync(requests, responses, stop);
        try
        {
            await DeliverAsync(responses, stop.Token);
        }
        catch (OperationCanceledException) when (listening.IsFaulted)
        {
            // What the subscriber said was wrong: that is the answer.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new FaultException(Fault.ShuttingDown) { Retryable = true };
        }
        catch (OperationCanceledException) when (session.Retirement.IsCancellationRequested)
        {
            throw new FaultException(Fault.IntegrationChanged) { Retryable = true };
        }
        finally
        {
            await stop.CancelAsync();
        }

        try
        {
            await listening;
        }
        catch (OperationCanceledException)
        {
            // The subscription has ended; so has listening.
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task DeliverAsync(IServerStreamWriter<SubscribeResponse> responses, CancellationToken stop)
    {
        while (true)
        {
            var wanted = await CreditAsync(stop);
            if (wanted == 0)
            {
                return;
            }

            var request = new ReceiveRequest(
                open.Topic,
                open.ConsumerGroup.Length > 0 ? open.ConsumerGroup : MessagingMapping.DefaultGroup
            )
            {
                MaxMessages = Math.Min(wanted, LargestFetch),
                Wait = Poll,
                Lease = TimeSpan.FromMilliseconds(open.HasLease ? open.Lease : DefaultLease),
            };
            var deliveries = await session.RunAsync(
                "messaging.subscribe",
                mayRepeat: true,
                Poll + TimeSpan.FromSeconds(10),
                request,
                static (receiver, request, token) => receiver.ReceiveAsync(request, token),
                stop
            );
            foreach (var delivery in deliveries)
            {
                await DeliverAsync(delivery, responses, stop);
            }

            if (!_isManual && deliveries.Count > 0)
            {
                await AcknowledgeAsync([.. deliveries.Select(delivery => delivery.Receipt)], stop);
            }

            if (deliveries.Count == 0 && time.GetElapsedTime(_lastWrite) >= Heartbeat)
            {
                await WriteAsync(responses, new SubscribeResponse { Heartbeat = time.GetUtcNow().ToTimestamp() }, stop);
            }
        }
    }

    private async Task DeliverAsync(
        MessageDelivery delivery,
        IServerStreamWriter<SubscribeResponse> responses,
        CancellationToken stop
    )
    {
        if (_isManual)
        {
            lock (_gate)
            {
                _unsettled.Add(delivery.Receipt);
                _credit--;
            }
        }

        var message = MessagingMapping.ToProto(delivery, _isManual);
        await WriteAsync(responses, new SubscribeResponse { Message = message }, stop);
    }

    /// <summary>How many more may be unsettled; waits while none may, and is 0 when none ever will.</summary>
    private async ValueTask<int> CreditAsync(CancellationToken stop)
    {
        while (true)
        {
            while (_credits.Reader.TryRead(out var more))
            {
                lock (_gate)
                {
                    _credit += more;
                }
            }

            lock (_gate)
            {
                if (_credit > 0)
                {
                    return _credit;
                }
            }

            if (!await _credits.Reader.WaitToReadAsync(stop))
            {
                return 0;
            }
        }
    }

    private async Task ListenAsync(
        IAsyncStreamReader<SubscribeRequest> requests,
        IServerStreamWriter<SubscribeResponse> responses,
        CancellationTokenSource stop
    )
    {
        try
        {
            while (await requests.MoveNext(stop.Token))
            {
                await HandleAsync(requests.Current, responses, stop.Token);
            }

            _credits.Writer.TryComplete();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async ValueTask HandleAsync(
        SubscribeRequest request,
        IServerStreamWriter<SubscribeResponse> responses,
        CancellationToken stop
    )
    {
        validator.Check(request, context);
        switch (request.FrameCase)
        {
            case SubscribeRequest.FrameOneofCase.Acknowledge:
                var acknowledged = request.Acknowledge.ReceiptHandles;
                await SettledAsync(acknowledged, await AcknowledgeAsync(acknowledged, stop), responses, stop);
                break;
            case SubscribeRequest.FrameOneofCase.Nack:
                var rejected = request.Nack.ReceiptHandles;
                var delay = TimeSpan.FromMilliseconds(request.Nack.Delay);
                await SettledAsync(
                    rejected,
                    await session.RunAsync(
                        "messaging.nack",
                        mayRepeat: true,
                        attemptTime: null,
                        (rejected, delay, request.Nack.DeadLetter),
                        static (receiver, call, token) =>
                            receiver.RejectAsync(call.rejected, call.delay, call.DeadLetter, token),
                        stop
                    ),
                    responses,
                    stop
                );
                break;
            case SubscribeRequest.FrameOneofCase.Credit:
                _credits.Writer.TryWrite(request.Credit.Messages);
                break;
            case SubscribeRequest.FrameOneofCase.Open:
                throw Fault.Invalid("open", "must come once");
            default:
                throw Fault.Invalid("frame", "must hold acknowledge, nack or credit");
        }
    }

    private ValueTask<IReadOnlyList<Sdk.Messaging.SettleOutcome>> AcknowledgeAsync(
        IReadOnlyList<string> receipts,
        CancellationToken stop
    ) =>
        session.RunAsync(
            "messaging.ack",
            mayRepeat: true,
            attemptTime: null,
            receipts,
            static (receiver, receipts, token) => receiver.AcknowledgeAsync(receipts, token),
            stop
        );

    private async ValueTask SettledAsync(
        IReadOnlyList<string> receipts,
        IReadOnlyList<Sdk.Messaging.SettleOutcome> outcomes,
        IServerStreamWriter<SubscribeResponse> responses,
        CancellationToken stop
    )
    {
        int freed;
        lock (_gate)
        {
            freed = receipts.Count(_unsettled.Remove);
        }

        if (freed > 0)
        {
            _credits.Writer.TryWrite(freed);
        }

        var settled = new SubscribeSettled { Results = { MessagingMapping.ToProto(receipts, outcomes) } };
        await WriteAsync(responses, new SubscribeResponse { Settled = settled }, stop);
    }

    private async ValueTask WriteAsync(
        IServerStreamWriter<SubscribeResponse> responses,
        SubscribeResponse response,
        CancellationToken stop
    )
    {
        await _writing.WaitAsync(stop);
        try
        {
            await responses.WriteAsync(response, stop);
            _lastWrite = time.GetTimestamp();
        }
        finally
        {
            _writing.Release();
        }
    }
}
