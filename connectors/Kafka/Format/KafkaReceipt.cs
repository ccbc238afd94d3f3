using System.Globalization;

namespace Yyc3.Connectors.Kafka.Format;

/// <summary>One delivery of one message by one open instance of an integration.</summary>
/// <param name="Integration">Which integration, hashed: a receipt of another one means nothing.</param>
/// <param name="Instance">Random number of the instance: leases live in its memory and end with it.</param>
/// <param name="Consumer">Which of the instance's consumers.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Place in the partition.</param>
/// <param name="Delivery">Differs for each delivery of the consumer, which fences older ones.</param>
internal readonly record struct KafkaReceipt(
    ulong Integration,
    ulong Instance,
    int Consumer,
    int Partition,
    long Offset,
    long Delivery
)
{
    public static KafkaReceipt? Find(string text)
    {
        var parts = text.Split('.');
        return
            parts.Length == 6
            && TryHex(parts[0], out var integration)
            && TryHex(parts[1], out var instance)
            && TryHex(parts[2], out var consumer)
            && TryHex(parts[3], out var partition)
            && TryHex(parts[4], out var offset)
            && TryHex(parts[5], out var delivery)
            && consumer <= int.MaxValue
            && partition <= int.MaxValue
            ? new KafkaReceipt(integration, instance, (int)consumer, (int)partition, (long)offset, (long)delivery)
            : null;
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Integration:x16}.{Instance:x16}.{Consumer:x}.{Partition:x}.{Offset:x}.{Delivery:x}"
        );

    private static bool TryHex(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
