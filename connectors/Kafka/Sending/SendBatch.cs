using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Format;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Sending;

/// <summary>The messages of one call on their way; ends when each has been confirmed or has failed.</summary>
internal sealed class SendBatch
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendReceipt[] _receipts;
    private int _open;
    private Error? _failure;

    public SendBatch(int count)
    {
        _receipts = new SendReceipt[count];
        _open = count;
    }

    public Task End => _end.Task;

    /// <summary>What the first message that failed met; null when all are durable.</summary>
    public Error? Failure => _failure;

    public IReadOnlyList<SendReceipt> Receipts => _receipts;

    /// <summary>What the client calls with the outcome of one message.</summary>
    public Action<DeliveryReport<byte[]?, byte[]>> OutcomeOf(int index) => report => Note(index, report);

    /// <summary>The client took none from here on.</summary>
    public void GiveUp(int from, Error failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Close(_receipts.Length - from);
    }

    private void Note(int index, DeliveryReport<byte[]?, byte[]> report)
    {
        if (report.Error.IsError)
        {
            Interlocked.CompareExchange(ref _failure, report.Error, null);
        }
        else
        {
            var (partition, offset) = (report.Partition.Value, report.Offset.Value);
            _receipts[index] = new SendReceipt(
                MessageFormat.IdOf(report.Topic, partition, offset),
                MessageFormat.TimeOf(report.Timestamp)
            )
            {
                Partition = partition,
                Offset = offset,
            };
        }

        Close(1);
    }

    private void Close(int count)
    {
        if (Interlocked.Add(ref _open, -count) == 0)
        {
            _end.TrySetResult();
        }
    }
}
