using System.Text.Json;
using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>
/// A short look at the cluster through a client of its own: whom the cluster names must be known before a client that lasts
/// is opened, as that one dials them all. It asks for nothing, since the client would dial a named broker to ask; which
/// brokers came with the first connection is in its statistics.
/// </summary>
internal sealed class ClusterLook
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(8);

    private readonly TaskCompletionSource<IReadOnlyList<string>> _hosts = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly ClientTrouble _trouble;
    private readonly TimeProvider _time;
    private readonly IAdminClient _client;

    public ClusterLook(ConnectorContext context, KafkaOptions options)
    {
        _time = context.Time;
        _trouble = new ClientTrouble(context.Logger);
        try
        {
            _client = new AdminClientBuilder(ClientSettings.ForLook(options))
                .SetErrorHandler((_, error) => _trouble.Note(error))
                .SetLogHandler((_, line) => _trouble.Log(line))
                .SetStatisticsHandler((_, statistics) => Note(statistics))
                .Build();
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
        try
        {
            await Task.WhenAny(_hosts.Task, _trouble.Refusal).WaitAsync(AnswerTime, _time, cancellationToken);
        }
        catch (TimeoutException fault)
        {
            throw KafkaErrors.Unreachable(fault);
        }

        return _hosts.Task.IsCompletedSuccessfully ? await _hosts.Task : throw KafkaErrors.From(await _trouble.Refusal);
    }

    /// <summary>Ends its threads.</summary>
    public Task CloseAsync() =>
        BlockingThreads.RunAsync(() =>
        {
            _client.Dispose();
            return true;
        });

    private void Note(string statistics)
    {
        using var document = JsonDocument.Parse(statistics);
        List<string> hosts =
        [
            .. document
                .RootElement.GetProperty("brokers")
                .EnumerateObject()
                .Select(broker => broker.Value)
                .Where(broker => broker.GetProperty("source").ValueEquals("learned"))
                .Select(broker => HostOf(broker.GetProperty("nodename").GetString()!)),
        ];
        if (hosts.Count > 0)
        {
            _hosts.TrySetResult(hosts);
        }
    }

    private static string HostOf(string address) => address[..address.LastIndexOf(':')].Trim('[', ']');
}
