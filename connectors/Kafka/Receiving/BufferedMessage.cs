using Confluent.Kafka;

namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>One message of an assigned partition. Everything that changes is guarded by its buffer.</summary>
internal sealed class BufferedMessage(
    PartitionWindow window,
    long offset,
    long sequence,
    Message<byte[]?, byte[]?> content
)
{
    /// <summary>What a header costs beside its name and value.</summary>
    private const int HeaderOverhead = 100;

    public PartitionWindow Window => window;

    public long Offset => offset;

    /// <summary>Order of arrival over all partitions.</summary>
    public long Sequence => sequence;

    /// <summary>The message; gone once it is handled.</summary>
    public Message<byte[]?, byte[]?>? Content { get; private set; } = content;

    /// <summary>Bytes that it holds.</summary>
    public int Size { get; } = (content.Value?.Length ?? 0) + (content.Key?.Length ?? 0) + SizeOf(content.Headers);

    public MessageState State { get; set; }

    public int Deliveries { get; set; }

    /// <summary>Number of the delivery that may settle it; 0 for none.</summary>
    public long DeliveryId { get; set; }

    /// <summary>When its lease ends or it may come back, on the buffer's clock.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Whether its receiver has been told that it is handled.</summary>
    public bool IsAnswered { get; set; }

    public void Release() => Content = null;

    private static int SizeOf(Headers? headers)
    {
        var bytes = 0;
        for (var i = 0; i < headers?.Count; i++)
        {
            bytes += HeaderOverhead + headers[i].Key.Length + (headers[i].GetValueBytes()?.Length ?? 0);
        }

        return bytes;
    }
}
