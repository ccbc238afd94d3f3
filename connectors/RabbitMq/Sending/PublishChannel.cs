using System.Diagnostics.CodeAnalysis;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Yyc3.Connectors.RabbitMq.Connections;
using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Sending;

/// <summary>
/// A channel on which the broker confirms what it has taken. Messages are written one after the other in the order of the
/// calls, and many wait for their confirmation at the same time. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Nobody asks the semaphore for a handle, so it holds nothing.")]
internal sealed class PublishChannel
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Confirmations _confirmations = new();
    private readonly BrokerLink _link;
    private readonly IChannel _channel;
    private readonly TopicQueues _queues;

    private PublishChannel(BrokerLink link, IChannel channel, TopicQueues queues) =>
        (_link, _channel, _queues) = (link, channel, queues);

    public bool IsOpen => !_confirmations.HasEnded && _channel.IsOpen && _link.IsOpen;

    public BrokerLink Link => _link;

    public static async Task<PublishChannel> OpenAsync(BrokerLink link, TopicQueues queues)
    {
        var channel = await link.OpenChannelAsync(confirms: true);
        var publisher = new PublishChannel(link, channel, queues);
        channel.BasicAcksAsync += publisher.OnAckAsync;
        channel.BasicNacksAsync += publisher.OnNackAsync;
        channel.BasicReturnAsync += publisher.OnReturnAsync;
        channel.ChannelShutdownAsync += publisher.OnShutdownAsync;
        return publisher;
    }

    /// <summary>
    /// Writes messages; their batch ends when the broker has answered for all. Cancelling, or ending the batch, stops before the
    /// next message: the one that is being written cannot be taken back, and its content is not looked at any more.
    /// </summary>
    public async Task WriteAsync(
        PublishBatch batch,
        string exchange,
        string routingKey,
        IReadOnlyList<Publication> messages,
        CancellationToken cancellationToken
    )
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            foreach (var (properties, body) in messages)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (batch.Done.IsCompleted)
                {
                    return;
                }

                _confirmations.Add(batch, properties.MessageId!);
                await WriteAsync(exchange, routingKey, properties, body);
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw _link.Explain(fault);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask WriteAsync(
        string exchange,
        string routingKey,
        BasicProperties properties,
        ReadOnlyMemory<byte> body
    )
    {
        try
        {
            await _channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, _link.Lost);
        }
        catch
        {
            // The broker will not count this message, so every later number would stand for another one.
            _confirmations.End(reason: null);
            await _link.CloseAsync(_channel);
            throw;
        }
    }

    private Task OnAckAsync(object sender, BasicAckEventArgs answer)
    {
        _confirmations.Answer(answer.DeliveryTag, answer.Multiple, fault: null);
        return Task.CompletedTask;
    }

    private Task OnNackAsync(object sender, BasicNackEventArgs answer)
    {
        var fault = new ConnectorException(
            ErrorKind.Throttled,
            "MESSAGE_NOT_TAKEN",
            "The broker did not take the message: its queue is full, or cannot store it now."
        );
        _confirmations.Answer(answer.DeliveryTag, answer.Multiple, fault);
        return Task.CompletedTask;
    }

    private Task OnReturnAsync(object sender, BasicReturnEventArgs returned)
    {
        if (returned.Exchange.Length == 0)
        {
            _queues.Forget(returned.RoutingKey);
        }

        var fault =
            returned.Exchange.Length == 0
                ? new ConnectorException(
                    ErrorKind.Conflict,
                    "QUEUE_DELETED",
                    "The topic's queue was deleted meanwhile; the next message makes it again."
                )
                : new ConnectorException(
                    ErrorKind.NotFound,
                    "UNROUTABLE",
                    "No queue is bound to the exchange for this topic."
                )
                {
                    Field = "topic",
                };
        _confirmations.Return(returned.BasicProperties.MessageId, fault);
        return Task.CompletedTask;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        _confirmations.End(
            reason.Initiator == ShutdownInitiator.Peer && _link.IsOpen ? RabbitMqErrors.FromShutdown(reason) : null
        );
        return Task.CompletedTask;
    }
}
