using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Sending;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>The consumers of one integration: made when first received from, bounded in number. Thread-safe.</summary>
internal sealed class GroupConsumers(KafkaOptions options, KafkaLink link, KafkaSender sender, ConnectorContext context)
    : IAsyncDisposable
{
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<GroupTopic, GroupConsumer> _current = [];
    private readonly Dictionary<int, GroupConsumer> _byNumber = [];
    private int _number;
    private bool _isClosed;

    public (int Open, int InUse) Usage
    {
        get
        {
            lock (_gate)
            {
                return (_byNumber.Count, _current.Values.Count(consumer => !consumer.IsIdle));
            }
        }
    }

    /// <summary>The consumer of a receipt; null when it has left its group.</summary>
    public GroupConsumer? Find(int number)
    {
        lock (_gate)
        {
            return _byNumber.GetValueOrDefault(number);
        }
    }

    /// <summary>The consumer to receive from; whoever gets it leaves it afterwards.</summary>
    public GroupConsumer Enter(GroupTopic subject)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw KafkaErrors.Closed();
            }

            if (_current.TryGetValue(subject, out var known) && known.TryEnter())
            {
                return known;
            }

            _current.Remove(subject);
            MakeRoom();
            var consumer = new GroupConsumer(++_number, subject, options, link, sender, context);
            consumer.TryEnter();
            _current.Add(subject, consumer);
            _byNumber.Add(consumer.Number, consumer);
            consumer.Start(Remove);
            return consumer;
        }
    }

    /// <summary>Commits what was acknowledged and leaves all groups, as far as the cluster lets them within ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        List<GroupConsumer> open;
        lock (_gate)
        {
            _isClosed = true;
            open = [.. _byNumber.Values];
        }

        open.ForEach(consumer => consumer.Stop());
        await Task.WhenAll(open.Select(consumer => consumer.End))
            .WaitAsync(ClosingTime, context.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void MakeRoom()
    {
        // Leaving a group takes time and a thread; those that leave are bounded too.
        if (_byNumber.Count >= options.MaxConsumers * 2)
        {
            throw new ConnectorException(
                ErrorKind.Throttled,
                "TOO_MANY_CONSUMERS",
                "Too many consumers are still leaving their groups to make room for others."
            );
        }

        if (_current.Count < options.MaxConsumers)
        {
            return;
        }

        var idle = _current.Values.Where(consumer => consumer.IsIdle).MinBy(consumer => consumer.LastUse);
        if (idle is null)
        {
            throw new ConnectorException(
                ErrorKind.QuotaExceeded,
                "TOO_MANY_CONSUMERS",
                "More topics and groups are received from at once than config.maxConsumers allows."
            );
        }

        idle.Stop();
        _current.Remove(idle.Subject);
    }

    private void Remove(GroupConsumer ended)
    {
        lock (_gate)
        {
            _byNumber.Remove(ended.Number);
            if (_current.TryGetValue(ended.Subject, out var current) && ReferenceEquals(current, ended))
            {
                _current.Remove(ended.Subject);
            }
        }
    }
}
