using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Testing.Conformance.Messaging;

/// <summary>What a messaging connector tells of itself, and the steps its conformance tests are made of.</summary>
public abstract class MessagingSuite : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private IConnector _connector = null!;

    /// <summary>Group most tests use.</summary>
    protected const string Group = "workers";

    /// <summary>Partitions of the suite's topics; null when the provider has none.</summary>
    protected virtual int? Partitions => null;

    /// <summary>Whether messages have a place in their partition (or queue).</summary>
    protected virtual bool HasOffsets => true;

    /// <summary>Whether each group gets every message; else all groups share one queue.</summary>
    protected virtual bool HasGroups => true;

    /// <summary>Whether <see cref="IMessageReceiver.ExtendAsync"/> prolongs a lease.</summary>
    protected virtual bool CanExtend => true;

    /// <summary>Whether a rejected message can be held back for a while.</summary>
    protected virtual bool SupportsDelay => true;

    /// <summary>Whether repeats with a deduplication key are recognised.</summary>
    protected virtual bool Deduplicates => true;

    /// <summary>Whether messages may be empty.</summary>
    protected virtual bool AllowsEmptyBody => true;

    /// <summary>Largest body it takes.</summary>
    protected virtual int LargestBody => 1024 * 1024;

    /// <summary>What the name of each topic ends in, where that chooses its kind.</summary>
    protected virtual string TopicEnd => "";

    /// <summary>Lease of messages that are to come back soon; at least what the provider can do.</summary>
    protected virtual TimeSpan ShortLease => TimeSpan.FromSeconds(1);

    /// <summary>How far the times of a message's receipt and of its delivery may lie apart.</summary>
    protected virtual TimeSpan ClockDifference => TimeSpan.FromSeconds(5);

    /// <summary>How long a message that is there may take to arrive.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>How long to look before nothing counts as nothing.</summary>
    protected virtual TimeSpan Quiet => TimeSpan.FromSeconds(2);

    /// <summary>Ends a test that hangs.</summary>
    protected CancellationToken Token => _limit.Token;

    /// <summary>The connector under test, as sender.</summary>
    protected IMessageSender Sender => (IMessageSender)_connector;

    /// <summary>The connector under test, as receiver.</summary>
    protected IMessageReceiver Receiver => (IMessageReceiver)_connector;

    /// <summary>The connector under test.</summary>
    protected IConnector Connector => _connector;

    /// <inheritdoc/>
    public virtual ValueTask InitializeAsync()
    {
        _connector = Open();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync(_connector);
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the integration; again and again for the same one.</summary>
    protected abstract IConnector Open();

    /// <summary>Makes a topic or queue where the provider does not do so by itself.</summary>
    protected virtual ValueTask MakeTopicAsync(string topic) => ValueTask.CompletedTask;

    /// <summary>Topic or queue that takes the dead letters of another; null when a caller cannot read them.</summary>
    protected virtual string? DeadLettersOf(string topic) => null;

    /// <summary>Lets time pass for the connector.</summary>
    protected virtual Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, Token);

    /// <summary>Lets time pass until something has ended.</summary>
    protected async Task<T> PassUntilAsync<T>(Func<CancellationToken, ValueTask<T>> work)
    {
        var pending = work(Token).AsTask();
        while (!pending.IsCompleted)
        {
            await PassAsync(TimeSpan.FromMilliseconds(100));
        }

        return await pending;
    }

    /// <summary>A topic nobody has used.</summary>
    protected async ValueTask<string> NewTopicAsync()
    {
        var topic = "conformance-" + Guid.NewGuid().ToString("N") + TopicEnd;
        await MakeTopicAsync(topic);
        return topic;
    }

    /// <summary>Closes the connector and opens the same integration again.</summary>
    protected async ValueTask ReopenAsync()
    {
        await CloseAsync(_connector);
        _connector = Open();
    }

    /// <summary>A message whose body is a text.</summary>
    protected static OutgoingMessage Text(string text, string? key = null) =>
        new(Encoding.UTF8.GetBytes(text)) { ContentType = "text/plain", Key = key };

    /// <summary>The body as text.</summary>
    protected static string Read(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    /// <summary>Sends texts in one call.</summary>
    protected ValueTask<IReadOnlyList<SendReceipt>> SendAsync(string topic, params string[] texts) =>
        Sender.SendAsync(topic, Array.ConvertAll(texts, text => Text(text)), Token);

    /// <summary>Receives until so many messages have come.</summary>
    protected async Task<IReadOnlyList<Delivery>> ReceiveAsync(
        string topic,
        int count,
        string group = Group,
        TimeSpan? lease = null
    )
    {
        var received = new List<Delivery>();
        while (received.Count < count)
        {
            var request = new ReceiveRequest(topic, group)
            {
                MaxMessages = count - received.Count,
                Wait = Patience,
                Lease = lease ?? TimeSpan.FromSeconds(30),
            };
            var batch = await Receiver.ReceiveAsync(request, Token);
            Assert.True(batch.Count > 0, $"Only {received.Count} of {count} messages arrived.");
            received.AddRange(batch);
        }

        return received;
    }

    /// <summary>Receives exactly one message.</summary>
    protected async Task<Delivery> ReceiveOneAsync(string topic, string group = Group, TimeSpan? lease = null) =>
        Assert.Single(await ReceiveAsync(topic, 1, group, lease));

    /// <summary>Makes sure that nothing can be received.</summary>
    protected async Task AssertNothingAsync(string topic, string group = Group)
    {
        var request = new ReceiveRequest(topic, group) { Wait = Quiet };
        // A look that does not wait must not move a clock that leases hang on.
        var received =
            Quiet > TimeSpan.Zero
                ? await PassUntilAsync(token => Receiver.ReceiveAsync(request, token))
                : await Receiver.ReceiveAsync(request, Token);
        Assert.Empty(received);
    }

    /// <summary>Closes an instance.</summary>
    protected static async ValueTask CloseAsync(IConnector connector)
    {
        if (connector is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
        else
        {
            (connector as IDisposable)?.Dispose();
        }
    }
}
