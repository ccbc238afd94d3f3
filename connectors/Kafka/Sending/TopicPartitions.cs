using System.Collections.Concurrent;
using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Sending;

/// <summary>
/// How many partitions topics have, so that a message for one that does not exist is refused before anything is sent.
/// Topics only ever gain partitions, so the cluster is asked again only for one beyond those known.
/// </summary>
internal sealed class TopicPartitions(TimeProvider time) : IDisposable
{
    private const int MostTopics = 10_000;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>One blocking question at a time: each takes a thread.</summary>
    private readonly SemaphoreSlim _gate = new(1);

    public async ValueTask CheckAsync(
        LinkedClient client,
        string topic,
        int partition,
        CancellationToken cancellationToken
    )
    {
        if (partition < _counts.GetValueOrDefault(topic))
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (partition >= _counts.GetValueOrDefault(topic))
            {
                await AskAsync(client, topic, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }

        var count = _counts.GetValueOrDefault(topic);
        if (partition >= count)
        {
            throw ConnectorException.Invalid("options.partition", $"must be below {count}, the topic's partitions");
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task AskAsync(LinkedClient client, string topic, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var metadata = await BlockingThreads.RunAsync(() => Ask(client.Admin, topic)).WaitAsync(cancellationToken);
            if (!metadata.Error.IsError)
            {
                if (_counts.Count >= MostTopics)
                {
                    _counts.Clear();
                }

                _counts[topic] = metadata.Partitions.Count;
                return;
            }

            // A topic that the question itself has made has no leaders yet.
            var mayCome =
                metadata.Error.Code
                is ErrorCode.UnknownTopicOrPart
                    or ErrorCode.LeaderNotAvailable
                    or ErrorCode.Local_UnknownTopic;
            if (!mayCome || time.GetElapsedTime(begun) > AnswerTime)
            {
                throw KafkaErrors.From(metadata.Error);
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private static TopicMetadata Ask(IAdminClient admin, string topic)
    {
        try
        {
            return admin.GetMetadata(topic, AnswerTime).Topics[0];
        }
        catch (KafkaException fault)
        {
            throw KafkaErrors.From(fault);
        }
    }
}
