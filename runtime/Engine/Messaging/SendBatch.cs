using Grpc.Core;
using Yyc3.Connectors.Contracts.Messaging.V1;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Runtime.Messaging;

/// <summary>
/// Collects streamed messages and sends them in groups of one topic. While one group is on its way the next is collected: two in
/// memory, never more.
/// </summary>
internal sealed class SendBatch(
    ConnectorSession<IMessageSender> session,
    RequestValidator validator,
    ServerCallContext context
) : IAsyncDisposable
{
    private const int MessagesPerGroup = 2000;
    private const int BytesPerGroup = 4 * 1024 * 1024;

    private List<OutgoingMessage> _group = [];
    private Task _sending = Task.CompletedTask;
    private readonly SendBatchResponse _response = new();
    private string _topic = "";
    private int _bytes;
    private int _count;

    public async ValueTask AddAsync(SendBatchRequest request)
    {
        validator.Check(request, context);
        Check(request);
        if (request.Topic.Length > 0 && !string.Equals(request.Topic, _topic, StringComparison.Ordinal))
        {
            await FlushAsync();
            _topic = request.Topic;
        }

        _group.Add(MessagingMapping.ToMessage(request.Message, request.ContentType, request.Options, null));
        _bytes += request.Message.Length;
        _count++;
        if (_group.Count >= MessagesPerGroup || _bytes >= BytesPerGroup)
        {
            await FlushAsync();
        }
    }

    public async ValueTask<SendBatchResponse> CompleteAsync()
    {
        await FlushAsync();
        await _sending;
        return _response;
    }

    /// <summary>A group on its way ends before the session does.</summary>
    public async ValueTask DisposeAsync() => await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Check(SendBatchRequest request)
    {
        if (request.Topic.Length == 0 && _topic.Length == 0)
        {
            throw Fault.Invalid("topic", "is required in the first request");
        }

        if (request.Message.IsEmpty)
        {
            throw Fault.Invalid($"[{_count}].message", "is required");
        }

        if (
            request.IntegrationId.Length > 0
            && !string.Equals(request.IntegrationId, session.Integration.Id, StringComparison.Ordinal)
        )
        {
            throw Fault.Invalid($"[{_count}].integrationId", "must be the same in every request");
        }
    }

    private async ValueTask FlushAsync()
    {
        if (_group.Count == 0)
        {
            return;
        }

        await _sending;
        _sending = SendAsync(_topic, _group, _count - _group.Count);
        _group = new List<OutgoingMessage>(_group.Count);
        _bytes = 0;
    }

    private async Task SendAsync(string topic, List<OutgoingMessage> group, int first)
    {
        var receipts = await session.RunAsync(
            "messaging.batch",
            mayRepeat: false,
            attemptTime: null,
            (topic, group, first),
            static (sender, call, token) => SendAsync(sender, call.topic, call.group, call.first, token),
            context.CancellationToken
        );
        _response.Messages.AddRange(receipts.Select(receipt => MessagingMapping.ToProto(topic, receipt)));
    }

    /// <summary>The connector tells places in its group; the caller counts from the first message of the stream.</summary>
    private static async ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        IMessageSender sender,
        string topic,
        List<OutgoingMessage> group,
        int first,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await sender.SendAsync(topic, group, cancellationToken);
        }
        catch (ConnectorException fault) when (first > 0)
        {
            throw FailedPlaces.Rebase(fault, first);
        }
    }
}
