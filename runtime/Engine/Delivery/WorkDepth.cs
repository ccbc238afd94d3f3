namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>How a queue stands.</summary>
internal sealed class WorkDepth
{
    public long Waiting { get; init; }

    public long Held { get; init; }

    public long Dead { get; init; }

    /// <summary>Milliseconds since the oldest waiting work became due; negative or null when none is due.</summary>
    public long? Lateness { get; init; }
}
