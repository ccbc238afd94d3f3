namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>What arrived first.</summary>
internal sealed class ArrivalOrder : IComparer<BufferedMessage>
{
    public static ArrivalOrder Instance { get; } = new();

    public int Compare(BufferedMessage? x, BufferedMessage? y) => x!.Sequence.CompareTo(y!.Sequence);
}
