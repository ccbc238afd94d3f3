namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>What comes due first; what is due at the same time as it arrived.</summary>
internal sealed class DueOrder : IComparer<BufferedMessage>
{
    public static DueOrder Instance { get; } = new();

    public int Compare(BufferedMessage? x, BufferedMessage? y)
    {
        var order = x!.Due.CompareTo(y!.Due);
        return order != 0 ? order : x.Sequence.CompareTo(y.Sequence);
    }
}
