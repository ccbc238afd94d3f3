using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Yyc3.Connectors.RabbitMq.Connections;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Topology;

/// <summary>
/// Makes the queue of a topic, and the one for its dead letters, when it is not there yet. A queue that is there is used as it
/// is, whoever made it. Thread-safe.
/// </summary>
internal sealed class TopicQueues(RabbitMqOptions options)
{
    private const int NotFound = 404;
    private const int PreconditionFailed = 406;

    private readonly KnownQueues _known = new();

    /// <summary>
    /// Makes sure that a topic's queue exists; looks once. Both connections share the work: a broker shows a quorum queue before
    /// it is ready, and a consumer that comes too early costs the connection.
    /// </summary>
    public Task EnsureAsync(BrokerLink link, string topic, CancellationToken cancellationToken) =>
        // Not made with the caller's token: others wait for the same queue.
        _known.EnsureAsync(topic, name => MakeAsync(link, name)).WaitAsync(cancellationToken);

    /// <summary>Looks again next time: the queue was deleted.</summary>
    public void Forget(string topic) => _known.Forget(topic);

    private async Task MakeAsync(BrokerLink link, string topic)
    {
        // Looking first leaves queues of others alone, and needs no permission to configure.
        if (await TryAsync(link, channel => channel.QueueDeclarePassiveAsync(topic, link.Lost), NotFound))
        {
            return;
        }

        if (DeadLetterNames.IsDeadLetterTopic(topic))
        {
            await DeclareAsync(link, topic, DeadLetterArguments());
            return;
        }

        // First where dead letters go: without it they would be dropped.
        var dead = DeadLetterNames.TopicOf(topic);
        await DeclareAsync(link, dead, DeadLetterArguments());
        await DeclareAsync(link, topic, TopicArguments(dead));
    }

    private static async Task DeclareAsync(BrokerLink link, string queue, Dictionary<string, object?> arguments)
    {
        var isMade = await TryAsync(
            link,
            channel =>
                channel.QueueDeclareAsync(
                    queue,
                    durable: true,
                    exclusive: false,
                    autoDelete: false,
                    arguments,
                    passive: false,
                    noWait: false,
                    link.Lost
                ),
            PreconditionFailed
        );
        // Refused when another has made it meanwhile, differently: then it is used as it is.
        if (!isMade && !await TryAsync(link, channel => channel.QueueDeclarePassiveAsync(queue, link.Lost), NotFound))
        {
            throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "QUEUE_NOT_POSSIBLE",
                "The broker cannot make such a queue; quorum queues with safe dead letters need RabbitMQ 3.10."
            );
        }
    }

    /// <summary>Runs a command on a channel of its own, which a refusal closes.</summary>
    /// <returns>False when it was refused with one of the codes.</returns>
    private static async Task<bool> TryAsync(
        BrokerLink link,
        Func<IChannel, Task<QueueDeclareOk>> command,
        params int[] refusals
    )
    {
        await using var channel = await link.OpenChannelAsync(confirms: false);
        try
        {
            await command(channel);
            return true;
        }
        catch (OperationInterruptedException fault)
            when (fault.ShutdownReason is { Initiator: ShutdownInitiator.Peer } reason
                && refusals.Contains(reason.ReplyCode)
            )
        {
            return false;
        }
        catch (Exception fault)
        {
            throw link.Explain(fault);
        }
    }

    private Dictionary<string, object?> DeadLetterArguments()
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (options.UsesQuorumQueues)
        {
            arguments["x-queue-type"] = "quorum";
        }

        return arguments;
    }

    private Dictionary<string, object?> TopicArguments(string dead)
    {
        var arguments = DeadLetterArguments();
        arguments["x-dead-letter-exchange"] = "";
        arguments["x-dead-letter-routing-key"] = dead;
        if (options.UsesQuorumQueues)
        {
            // The broker counts returns: one less than deliveries.
            arguments["x-delivery-limit"] = options.DeliveryLimit - 1;
            // A dead letter leaves its queue only when the other one has confirmed it; the broker wants the overflow so.
            arguments["x-dead-letter-strategy"] = "at-least-once";
            arguments["x-overflow"] = "reject-publish";
        }

        return arguments;
    }
}
