namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>
/// How large the messages of a topic are, so that no more are taken than fit into what was asked for: the broker counts
/// messages, not bytes. Rises at once and falls slowly. A torn read does no harm.
/// </summary>
internal sealed class SizeEstimate
{
    private const int First = 256 * 1024;
    private const int Slowness = 16;

    private int _bytes = First;

    /// <summary>How many messages fit; at least one.</summary>
    public int HowManyFit(int bytes) => Math.Max(1, bytes / Math.Max(1, Volatile.Read(ref _bytes)));

    public void See(int bytes)
    {
        var old = Volatile.Read(ref _bytes);
        Volatile.Write(ref _bytes, bytes >= old ? bytes : old - ((old - bytes + Slowness - 1) / Slowness));
    }
}
