using Confluent.Kafka;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>
/// A short look at the cluster through a client of its own, which dials the named servers only: whom the cluster names
/// must be known before a client that lasts is opened, as that one dials them all.
/// </summary>
internal sealed class ClusterLook
{
    /// <summary>Every cluster has it; what is asked for are the brokers that come with the answer.</summary>
    private const string AnyTopic = "__consumer_offsets";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    private readonly ClientTrouble _trouble;
    private readonly IAdminClient _client;
    private readonly Task<Metadata> _asking;

    private ClusterLook(ClientTrouble trouble, IAdminClient client)
    {
        (_trouble, _client) = (trouble, client);
        _asking = BlockingThreads.RunAsync(() => client.GetMetadata(AnyTopic, AnswerTime));
    }

    public static ClusterLook Begin(ConnectorContext context, KafkaOptions options)
    {
        var trouble = new ClientTrouble(context.Logger);
        try
        {
            var client = new AdminClientBuilder(ClientSettings.ForLook(options))
                .SetErrorHandler((_, error) => trouble.Note(error))
                .SetLogHandler((_, line) => trouble.Log(line))
                .Build();
            return new ClusterLook(trouble, client);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw KafkaErrors.NotCreated(fault);
        }
    }

    /// <summary>The hosts that the cluster names.</summary>
    /// <exception cref="ConnectorException">It does not answer or refuses the credentials.</exception>
    public async Task<IReadOnlyList<string>> HostsAsync(CancellationToken cancellationToken)
    {
        // A refusal need not be waited for until the question's time is over.
        await Task.WhenAny(_asking, _trouble.Refusal).WaitAsync(cancellationToken);
        if (_trouble.Refusal.IsCompleted && !_asking.IsCompletedSuccessfully)
        {
            throw KafkaErrors.From(await _trouble.Refusal);
        }

        try
        {
            return (await _asking).Brokers.ConvertAll(broker => broker.Host);
        }
        catch (KafkaException fault)
        {
            throw KafkaErrors.From(fault);
        }
    }

    /// <summary>Ends its threads, once the question is over.</summary>
    public async Task CloseAsync()
    {
        await ((Task)_asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await BlockingThreads.RunAsync(() =>
        {
            _client.Dispose();
            return true;
        });
    }
}
