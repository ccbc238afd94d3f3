using Yyc3.Connectors.RabbitMq.Connections;
using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Sending;

/// <summary>Publishes and waits for the broker's confirmation. Thread-safe.</summary>
internal sealed class Publisher(
    RabbitMqOptions options,
    BrokerConnection connection,
    TopicQueues queues,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private PublishChannel? _channel;
    private Task<PublishChannel>? _opening;

    /// <summary>Publishes to the queue of a topic, which is made when it is not there.</summary>
    public async Task PublishToQueueAsync(
        string topic,
        IReadOnlyList<Publication> messages,
        CancellationToken cancellationToken
    )
    {
        var link = await GetLinkAsync(cancellationToken);
        await queues.EnsureAsync(link, topic, cancellationToken);
        await PublishAsync(link, "", topic, messages, cancellationToken);
    }

    /// <summary>Publishes to an exchange, which must be there.</summary>
    public async Task PublishToExchangeAsync(
        string exchange,
        string routingKey,
        IReadOnlyList<Publication> messages,
        CancellationToken cancellationToken
    ) => await PublishAsync(await GetLinkAsync(cancellationToken), exchange, routingKey, messages, cancellationToken);

    private async ValueTask<BrokerLink> GetLinkAsync(CancellationToken cancellationToken)
    {
        var link = await connection.GetAsync(cancellationToken);
        // Nothing has been written yet, so the call may be repeated.
        return link.IsBlocked ? throw RabbitMqErrors.Blocked(ErrorKind.Throttled) : link;
    }

    private async Task PublishAsync(
        BrokerLink link,
        string exchange,
        string routingKey,
        IReadOnlyList<Publication> messages,
        CancellationToken cancellationToken
    )
    {
        var batch = new PublishBatch(messages.Count);
        ConnectorException? fault;
        try
        {
            // Writing waits when the broker does not read. Who has waited too long leaves; the rest of the batch is not written.
            fault = await PublishAsync(link, batch, exchange, routingKey, messages, cancellationToken)
                .WaitAsync(options.ConfirmTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What is written may be taken later, so a repeat may send it twice.
            fault = link.IsBlocked ? RabbitMqErrors.Blocked(ErrorKind.Timeout) : RabbitMqErrors.Late();
            batch.Abandon(fault);
            if (link.IsBlocked)
            {
                throw fault;
            }

            // Not an answer in all that time: the next call is to have a connection that works.
            await link.DisposeAsync();
            throw fault;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw link.Explain(cancelled);
        }

        if (fault is not null)
        {
            throw fault;
        }
    }

    private async Task<ConnectorException?> PublishAsync(
        BrokerLink link,
        PublishBatch batch,
        string exchange,
        string routingKey,
        IReadOnlyList<Publication> messages,
        CancellationToken cancellationToken
    )
    {
        var channel = await GetChannelAsync(link);
        await channel.WriteAsync(batch, exchange, routingKey, messages, cancellationToken);
        return await batch.Done;
    }

    private Task<PublishChannel> GetChannelAsync(BrokerLink link)
    {
        lock (_gate)
        {
            if (_channel is { IsOpen: true } channel && channel.Link == link)
            {
                return Task.FromResult(channel);
            }

            if (_opening is null or { IsCompleted: true })
            {
                _opening = Task.Run(() => OpenChannelAsync(link), link.Lost);
            }

            return _opening;
        }
    }

    private async Task<PublishChannel> OpenChannelAsync(BrokerLink link)
    {
        var channel = await PublishChannel.OpenAsync(link, queues);
        lock (_gate)
        {
            _channel = channel;
        }

        return channel;
    }
}
