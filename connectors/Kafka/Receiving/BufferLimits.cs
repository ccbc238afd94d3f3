namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>What a buffer may hold.</summary>
/// <param name="Messages">Most messages with their content.</param>
/// <param name="Bytes">Most bytes of content.</param>
/// <param name="Deliveries">Deliveries after which a message is given up.</param>
internal readonly record struct BufferLimits(int Messages, long Bytes, int Deliveries)
{
    /// <summary>Handled messages behind one that is not are remembered by their numbers, up to this many.</summary>
    public int Remembered => Messages * 10;
}
