using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Contracts.Messaging.V1;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk.Messaging;
using MessageDelivery = Yyc3.Connectors.Sdk.Messaging.Delivery;
using ReceiveRequest = Yyc3.Connectors.Contracts.Messaging.V1.ReceiveRequest;

namespace Yyc3.Connectors.Runtime.Messaging;

/// <summary>Messages over the wire.</summary>
internal sealed partial class MessagingService(
    ConnectorCalls calls,
    RequestValidator validator,
    IHostApplicationLifetime lifetime,
    ILogger<MessagingService> logger
) : Contracts.Messaging.V1.MessagingService.MessagingServiceBase
{
    public const string Receiving = "messaging.receive";

    private const string Sending = "messaging.send";
    private const int DefaultMessages = 10;
    private const int DefaultWait = 5_000;
    private const int DefaultLease = 30_000;

    /// <summary>A provider needs some time beyond the wait it was asked for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public override async Task<SendResponse> Send(SendRequest request, ServerCallContext context)
    {
        var key = request.IdempotencyKey.Length > 0 ? request.IdempotencyKey : null;
        var message = MessagingMapping.ToMessage(request.Message, request.ContentType, request.Options, key);
        using var session = await calls.EnterAsync<IMessageSender>(context, request.IntegrationId, Sending);
        var receipts = await session.RunAsync(
            Sending,
            // Where the provider does not recognise the repeat, a send whose answer was lost would be sent twice.
            mayRepeat: key is not null && session.Capability.RecognisesRepeats(request.Topic),
            attemptTime: null,
            (request.Topic, message),
            static (sender, call, token) => sender.SendAsync(call.Topic, [call.message], token),
            context.CancellationToken
        );
        return new SendResponse { Message = MessagingMapping.ToProto(request.Topic, receipts[0]) };
    }

    public override async Task<SendBatchResponse> SendBatch(
        IAsyncStreamReader<SendBatchRequest> requestStream,
        ServerCallContext context
    )
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
        {
            return new SendBatchResponse();
        }

        var integrationId = requestStream.Current.IntegrationId;
        if (integrationId.Length == 0)
        {
            throw Fault.Invalid("integrationId", "is required in the first request");
        }

        using var session = await calls.EnterAsync<IMessageSender>(context, integrationId, Sending);
        await using var batch = new SendBatch(session, validator, context);
        do
        {
            await batch.AddAsync(requestStream.Current);
        } while (await requestStream.MoveNext(context.CancellationToken));

        return await batch.CompleteAsync();
    }

    public override async Task<ReceiveResponse> Receive(ReceiveRequest request, ServerCallContext context)
    {
        var asked = new Sdk.Messaging.ReceiveRequest(
            request.Topic,
            request.ConsumerGroup.Length > 0 ? request.ConsumerGroup : MessagingMapping.DefaultGroup
        )
        {
            MaxMessages = request.HasMaxMessages ? request.MaxMessages : DefaultMessages,
            Wait = TimeSpan.FromMilliseconds(request.HasTimeout ? request.Timeout : DefaultWait),
            Lease = TimeSpan.FromMilliseconds(request.HasLease ? request.Lease : DefaultLease),
        };
        using var session = await calls.EnterAsync<IMessageReceiver>(context, request.IntegrationId, Receiving);
        var deliveries = await ReceiveAsync(session, asked, context.CancellationToken);
        var isManual = request.AckMode == AckMode.Manual;
        if (!isManual && deliveries.Count > 0)
        {
            AcknowledgeWhenWritten(context, session.Integration, deliveries);
        }

        return new ReceiveResponse
        {
            Messages = { deliveries.Select(delivery => MessagingMapping.ToProto(delivery, isManual)) },
        };
    }

    public override async Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        using var session = await calls.EnterAsync<IMessageReceiver>(context, request.IntegrationId, Receiving);
        var outcomes = await session.RunAsync(
            "messaging.ack",
            mayRepeat: true,
            attemptTime: null,
            request.ReceiptHandles,
            static (receiver, receipts, token) => receiver.AcknowledgeAsync(receipts, token),
            context.CancellationToken
        );
        return new AcknowledgeResponse { Results = { MessagingMapping.ToProto(request.ReceiptHandles, outcomes) } };
    }

    public override async Task<NackResponse> Nack(NackRequest request, ServerCallContext context)
    {
        using var session = await calls.EnterAsync<IMessageReceiver>(context, request.IntegrationId, Receiving);
        var outcomes = await session.RunAsync(
            "messaging.nack",
            mayRepeat: true,
            attemptTime: null,
            (request.ReceiptHandles, delay: TimeSpan.FromMilliseconds(request.Delay), request.DeadLetter),
            static (receiver, call, token) =>
                receiver.RejectAsync(call.ReceiptHandles, call.delay, call.DeadLetter, token),
            context.CancellationToken
        );
        return new NackResponse { Results = { MessagingMapping.ToProto(request.ReceiptHandles, outcomes) } };
    }

    public override async Task<ExtendLeaseResponse> ExtendLease(ExtendLeaseRequest request, ServerCallContext context)
    {
        var lease = TimeSpan.FromMilliseconds(request.HasLease ? request.Lease : DefaultLease);
        using var session = await calls.EnterAsync<IMessageReceiver>(context, request.IntegrationId, Receiving);
        var outcomes = await session.RunAsync(
            "messaging.extend",
            mayRepeat: true,
            attemptTime: null,
            (request.ReceiptHandles, lease),
            static (receiver, call, token) => receiver.ExtendAsync(call.ReceiptHandles, call.lease, token),
            context.CancellationToken
        );
        return new ExtendLeaseResponse { Results = { MessagingMapping.ToProto(request.ReceiptHandles, outcomes) } };
    }

    public override async Task Subscribe(
        IAsyncStreamReader<SubscribeRequest> requestStream,
        IServerStreamWriter<SubscribeResponse> responseStream,
        ServerCallContext context
    )
    {
        if (
            !await requestStream.MoveNext(context.CancellationToken)
            || requestStream.Current.FrameCase != SubscribeRequest.FrameOneofCase.Open
        )
        {
            throw Fault.Invalid("open", "must come first");
        }

        var open = requestStream.Current.Open;
        validator.Check(open, context);
        using var session = await calls.EnterAsync<IMessageReceiver>(context, open.IntegrationId, Receiving);
        using var subscription = new Subscription(
            session,
            open,
            validator,
            calls.Time,
            context,
            lifetime.ApplicationStopping
        );
        await subscription.RunAsync(requestStream, responseStream);
    }

    /// <summary>A host that stops must not wait for messages; the caller is told that there were none.</summary>
    private async ValueTask<IReadOnlyList<MessageDelivery>> ReceiveAsync(
        ConnectorSession<IMessageReceiver> session,
        Sdk.Messaging.ReceiveRequest asked,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping
        );
        try
        {
            return await session.RunAsync(
                Receiving,
                mayRepeat: true,
                asked.Wait + Grace,
                asked,
                static (receiver, asked, token) => receiver.ReceiveAsync(asked, token),
                either.Token
            );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>
    /// Acknowledged too early, a lost answer would be a lost message. When the answer did not get out, nothing is done and the
    /// lease brings the messages back.
    /// </summary>
    private void AcknowledgeWhenWritten(
        ServerCallContext context,
        Integration integration,
        IReadOnlyList<MessageDelivery> deliveries
    )
    {
        var http = context.GetHttpContext();
        http.Response.OnCompleted(async () =>
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            try
            {
                using var session = await calls.EnterAsync<IMessageReceiver>(
                    integration,
                    Receiving,
                    CancellationToken.None
                );
                // Nobody waits for this, but the policy's time limits and repeats hold for it too.
                await session.RunAsync(
                    "messaging.ack",
                    mayRepeat: true,
                    attemptTime: null,
                    deliveries.Select(delivery => delivery.Receipt).ToList(),
                    static (receiver, receipts, token) => receiver.AcknowledgeAsync(receipts, token),
                    CancellationToken.None
                );
            }
            catch (Exception fault)
            {
                LogNotAcknowledged(logger, fault, deliveries.Count, integration.Id);
            }
        });
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Count} messages of {Integration} could not be acknowledged; they come again."
    )]
    private static partial void LogNotAcknowledged(ILogger logger, Exception exception, int count, string integration);
}
