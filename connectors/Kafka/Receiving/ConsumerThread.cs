using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>
/// The one thread that touches a consumer. It polls whether or not anybody receives, so that a slow caller never costs the
/// group its partitions; it pauses fetching when the buffer is full, and commits what was acknowledged.
/// </summary>
internal sealed partial class ConsumerThread(
    GroupTopic subject,
    KafkaOptions options,
    DeliveryBuffer buffer,
    ClientTrouble trouble,
    ConnectorContext context
)
{
    /// <summary>Messages taken over before anything else is looked at.</summary>
    private const int MostAtOnce = 500;

    /// <summary>How long a poll may hold up a commit while receivers have messages.</summary>
    private static readonly TimeSpan ShortPoll = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan MediumPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a full buffer goes without a poll before fetching is paused. A pause throws away what the client has fetched
    /// ahead, so receivers that keep up are not to cause one; a rebalance waits that long at most.
    /// </summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan BetweenCommits = TimeSpan.FromMilliseconds(100);

    private long? _lastBusyCommit;
    private long _lastPoll;
    private bool _isPaused;
    private bool _hasNewPartitions;
    private ConnectorException? _fault;

    /// <summary>Asks again and again whether to go on, and is told of messages that are to be buried.</summary>
    public required Func<bool> ShouldEnd { get; init; }

    public required Action<BufferedMessage> Bury { get; init; }

    /// <summary>What the consumer was refused since this was last asked; a lack of rights until something comes.</summary>
    public ConnectorException? TakeFault()
    {
        var fault = Volatile.Read(ref _fault);
        if (fault is not { Kind: ErrorKind.PermissionDenied or ErrorKind.Unauthenticated })
        {
            // The client tells a refusal once, however long it lasts; anything else it tells again.
            Interlocked.CompareExchange(ref _fault, null, fault);
        }

        return fault;
    }

    /// <summary>Works until it is to end. Throws nothing.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Receivers are told; nobody else waits for this thread.")]
    public void Run()
    {
        try
        {
            using var consumer = Open();
            try
            {
                consumer.Subscribe(subject.Topic);
                while (!ShouldEnd() && Turn(consumer))
                {
                    buffer.TakeGraves().ToList().ForEach(Bury);
                }
            }
            finally
            {
                // Leaves the group, and commits through the handler below.
                consumer.Close();
            }
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
        finally
        {
            buffer.Drop(partitions: null);
        }
    }

    private IConsumer<byte[]?, byte[]?> Open()
    {
        try
        {
            return new ConsumerBuilder<byte[]?, byte[]?>(ClientSettings.ForConsumer(options, subject.Group))
                .SetErrorHandler((_, error) => trouble.Note(error))
                .SetLogHandler((_, line) => trouble.Log(line))
                .SetPartitionsAssignedHandler((_, assigned) => NoteAssigned(assigned.Count))
                .SetPartitionsRevokedHandler((consumer, revoked) => NoteRevoked(consumer, revoked))
                .SetPartitionsLostHandler((_, lost) => NoteLost(lost))
                .Build();
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw KafkaErrors.NotCreated(fault);
        }
    }

    /// <returns>False when the consumer is beyond help.</returns>
    private bool Turn(IConsumer<byte[]?, byte[]?> consumer)
    {
        var isBusy = buffer.IsBusy;
        Commit(consumer);
        buffer.MakeRoom();
        var hasEnough = buffer.IsFull || buffer.IsStocked;
        if (hasEnough && !_isPaused && context.Time.GetElapsedTime(_lastPoll) < LongestHold)
        {
            // What was fetched ahead stays with the client, and an acknowledgement is committed without delay.
            buffer.AwaitedCommit.Wait(MediumPoll);
            return true;
        }

        Steer(consumer);
        try
        {
            Poll(consumer, isBusy || _isPaused ? ShortPoll : LongPoll);
            return true;
        }
        catch (KafkaException fault)
        {
            Fail(fault);
            return !fault.Error.IsFatal;
        }
    }

    private void Poll(IConsumer<byte[]?, byte[]?> consumer, TimeSpan patience)
    {
        _lastPoll = context.Time.GetTimestamp();
        var count = 0;
        // Once at least, which keeps the membership alive: what is paused gives nothing.
        while (consumer.Consume(patience) is { } result)
        {
            buffer.Add(result);
            patience = TimeSpan.Zero;
            if (++count == MostAtOnce || buffer.IsFull)
            {
                break;
            }
        }

        if (count > 0)
        {
            NoteLife();
            buffer.Announce();
        }
    }

    private void Steer(IConsumer<byte[]?, byte[]?> consumer)
    {
        var shouldPause = _isPaused ? !buffer.HasRoom : buffer.IsFull;
        if (shouldPause == _isPaused && !_hasNewPartitions)
        {
            return;
        }

        _hasNewPartitions = false;
        _isPaused = shouldPause;
        try
        {
            if (shouldPause)
            {
                consumer.Pause(consumer.Assignment);
            }
            else
            {
                consumer.Resume(consumer.Assignment);
            }
        }
        catch (KafkaException)
        {
            // A partition has just gone; the handlers have told or will tell, and the next turn does the rest.
            _hasNewPartitions = true;
        }
    }

    private void Commit(IConsumer<byte[]?, byte[]?> consumer)
    {
        if (_lastBusyCommit is { } last && context.Time.GetElapsedTime(last) < BetweenCommits)
        {
            return;
        }

        _lastBusyCommit = null;
        if (buffer.BeginCommit() is not { } work)
        {
            return;
        }

        try
        {
            consumer.Commit(work.Offsets);
            trouble.Clear();
            buffer.EndCommit(work);
        }
        catch (KafkaException fault)
        {
            FailCommit(work, fault);
        }
    }

    private void FailCommit(CommitWork work, KafkaException fault)
    {
        switch (KafkaErrors.CodeOf(fault))
        {
            case ErrorCode.RebalanceInProgress
            or ErrorCode.IllegalGeneration
            or ErrorCode.UnknownMemberId
            or ErrorCode.FencedInstanceId
            or ErrorCode.Local_AssignmentLost:
                // Either the group only asks to come together first, or it has gone on without this member: then the
                // handlers are told next, and what waits here ends with its partition.
                _lastBusyCommit = context.Time.GetTimestamp();
                buffer.PutBack(work);
                break;
            default:
                _lastBusyCommit = context.Time.GetTimestamp();
                var error = KafkaErrors.From(fault);
                work.Waiting.ForEach(signal => signal.TrySetException(error));
                break;
        }
    }

    private void NoteAssigned(int count)
    {
        LogAssigned(context.Logger, count);
        _hasNewPartitions = true;
        NoteLife();
    }

    /// <summary>Whatever was wrong is over.</summary>
    private void NoteLife()
    {
        trouble.Clear();
        Volatile.Write(ref _fault, null);
    }

    private void NoteRevoked(IConsumer<byte[]?, byte[]?> consumer, List<TopicPartitionOffset> revoked)
    {
        LogRevoked(context.Logger, revoked.Count);
        _lastBusyCommit = null;
        Commit(consumer);
        buffer.Drop(revoked.Select(partition => partition.Partition.Value));
    }

    private void NoteLost(List<TopicPartitionOffset> lost)
    {
        // They may be another member's already: a commit now would turn its offset back.
        LogLost(context.Logger, lost.Count);
        buffer.Drop(lost.Select(partition => partition.Partition.Value));
    }

    private void Fail(Exception fault)
    {
        var error = fault switch
        {
            ConnectorException known => known,
            KafkaException { Error.Code: ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic } => null,
            KafkaException { Error.Code: ErrorCode.Local_MaxPollExceeded } => null,
            KafkaException kafka => KafkaErrors.From(kafka),
            _ => new ConnectorException(
                ErrorKind.Internal,
                "KAFKA_FAILED",
                "The consumer failed in a way that was not expected.",
                innerException: fault
            ),
        };
        if (error is null)
        {
            // An unknown topic is waited for as an empty one.
            return;
        }

        LogFailed(context.Logger, error);
        if (error.Kind is ErrorKind.Unavailable or ErrorKind.Timeout)
        {
            trouble.Suspect();
        }
        else
        {
            Volatile.Write(ref _fault, error);
            buffer.Announce();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} partitions assigned")]
    private static partial void LogAssigned(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} partitions revoked")]
    private static partial void LogRevoked(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} partitions lost; messages may be delivered again")]
    private static partial void LogLost(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The consumer reports a failure")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
