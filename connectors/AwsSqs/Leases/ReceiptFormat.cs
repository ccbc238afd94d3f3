using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.AwsSqs.Queues;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>
/// Writes and reads receipts: a letter, a mark of the integration, the end of the lease, the queue and the service's handle, so
/// that any instance of the runtime can settle, also after a restart. The service's handles have 412 characters, which leaves
/// room for the longest name of a queue; handles that leave too little are kept in memory, and the receipt has an id instead.
/// </summary>
/// <param name="integrationId">The integration, so that receipts of others are not tried.</param>
internal sealed class ReceiptFormat(string integrationId)
{
    private const int LongestReceipt = 512;
    private const int MarkLength = 6;
    private const int EndLength = 11;
    private const int HeadLength = 1 + MarkLength + EndLength;
    private const char WithHandle = 'h';
    private const char WithoutHandle = 'k';

    private readonly string _mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(integrationId)))[
        ..MarkLength
    ];

    /// <summary>Makes the receipt of a delivery; its handle is null when the caller must keep it.</summary>
    public SqsReceipt Make(QueueTopic queue, DateTimeOffset end, string handle)
    {
        var rest =
            $"{_mark}{end.ToUnixTimeMilliseconds().ToString("x11", CultureInfo.InvariantCulture)}{queue.Reference}:";
        return 1 + rest.Length + handle.Length <= LongestReceipt
            ? new SqsReceipt($"{WithHandle}{rest}{handle}", queue, end, handle)
            : new SqsReceipt($"{WithoutHandle}{rest}{Guid.NewGuid():N}", queue, end, null);
    }

    /// <summary>Reads a receipt; null when it is none of this integration.</summary>
    public SqsReceipt? Find(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (
            colon <= HeadLength
            || colon + 1 == text.Length
            || text.Length > LongestReceipt
            || text[0] is not (WithHandle or WithoutHandle)
            || !text.AsSpan(1, MarkLength).SequenceEqual(_mark)
            || !long.TryParse(
                text.AsSpan(1 + MarkLength, EndLength),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var end
            )
            || QueueTopic.FindByReference(text[HeadLength..colon]) is not { } queue
        )
        {
            return null;
        }

        var handle = text[0] == WithHandle ? text[(colon + 1)..] : null;
        return new SqsReceipt(text, queue, DateTimeOffset.FromUnixTimeMilliseconds(end), handle);
    }
}
