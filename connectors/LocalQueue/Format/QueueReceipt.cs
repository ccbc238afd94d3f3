using System.Globalization;
using System.Security.Cryptography;

namespace Yyc3.Connectors.LocalQueue.Format;

/// <summary>One delivery of one message to one group; the token changes with each delivery, which fences older ones.</summary>
/// <param name="QueueId">Random id of the file.</param>
/// <param name="Consumer">Row of the group.</param>
/// <param name="Part">Row of the partition.</param>
/// <param name="Offset">Place in the partition.</param>
/// <param name="Token">Random, never zero.</param>
internal readonly record struct QueueReceipt(string QueueId, long Consumer, long Part, long Offset, long Token)
{
    public static long NewToken()
    {
        Span<byte> random = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(random);
        return BitConverter.ToInt64(random) | 1;
    }

    public static QueueReceipt? Find(string text)
    {
        var parts = text.Split('.');
        return
            parts.Length == 5
            && TryHex(parts[1], out var consumer)
            && TryHex(parts[2], out var part)
            && TryHex(parts[3], out var offset)
            && TryHex(parts[4], out var token)
            ? new QueueReceipt(parts[0], consumer, part, offset, token)
            : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{QueueId}.{Consumer:x}.{Part:x}.{Offset:x}.{Token:x16}");

    private static bool TryHex(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
