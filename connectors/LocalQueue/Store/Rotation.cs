namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Deals out the partitions of each topic in turn. Belongs to the writer; forgetting it costs nothing.</summary>
internal sealed class Rotation
{
    private readonly Dictionary<long, int> _turns = [];

    public int Next(long topic, int count)
    {
        var turn = _turns.GetValueOrDefault(topic) % count;
        _turns[topic] = turn + 1;
        return turn;
    }
}
