using System.Collections.Concurrent;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>Finds queues by name, remembers them, and makes those that are sent to first. Thread-safe.</summary>
internal sealed class QueueDirectory(QueueMaker maker, AwsSqsOptions options) : IDisposable
{
    private const int MostKnown = 1024;

    private readonly ConcurrentDictionary<string, SqsQueue> _known = new(StringComparer.Ordinal);

    /// <summary>Many first calls for one name ask the service once; names share gates, which costs a moment at most.</summary>
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Finds a queue.</summary>
    /// <returns>The queue, or null when there is none. One that was named by its URL is taken at its word.</returns>
    public ValueTask<SqsQueue?> FindAsync(QueueTopic topic, CancellationToken cancellationToken) =>
        _known.TryGetValue(topic.Reference, out var known)
            ? ValueTask.FromResult<SqsQueue?>(known)
            : new ValueTask<SqsQueue?>(AskAsync(topic, makes: false, cancellationToken));

    /// <summary>Finds a queue, or makes it where that is allowed.</summary>
    /// <exception cref="ConnectorException"><see cref="AwsSqsErrors.QueueNotFound"/>.</exception>
    public async ValueTask<SqsQueue> FindOrMakeAsync(QueueTopic topic, CancellationToken cancellationToken) =>
        _known.GetValueOrDefault(topic.Reference)
        ?? await AskAsync(topic, options.CreatesQueues, cancellationToken)
        ?? throw AwsSqsErrors.NotFound();

    /// <summary>Forgets a queue that the service says is gone.</summary>
    public void Forget(SqsQueue queue) => _known.TryRemove(KeyValuePair.Create(queue.Topic.Reference, queue));

    public void Dispose() => Array.ForEach(_gates, gate => gate.Dispose());

    private async Task<SqsQueue?> AskAsync(QueueTopic topic, bool makes, CancellationToken cancellationToken)
    {
        if (topic.Account is not null)
        {
            return Remember(topic, new Uri(options.Endpoint, topic.Reference).AbsoluteUri);
        }

        var gate = _gates[(uint)string.GetHashCode(topic.Name, StringComparison.Ordinal) % _gates.Length];
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (_known.TryGetValue(topic.Reference, out var known))
            {
                return known;
            }

            var url =
                await maker.FindUrlAsync(topic.Name, account: null, cancellationToken)
                ?? (makes ? await maker.MakeAsync(topic, cancellationToken) : null);
            return url is null ? null : Remember(topic, url);
        }
        finally
        {
            gate.Release();
        }
    }

    private SqsQueue Remember(QueueTopic topic, string url)
    {
        if (_known.Count >= MostKnown)
        {
            // Rare; each costs one call when it is used again.
            _known.Clear();
        }

        return _known.GetOrAdd(topic.Reference, new SqsQueue(topic, url));
    }
}
