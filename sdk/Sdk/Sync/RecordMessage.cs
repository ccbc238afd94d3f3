using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>A record as a message.</summary>
/// <param name="Place">The record's place in its batch.</param>
/// <param name="Message">The message.</param>
internal readonly record struct RecordMessage(int Place, OutgoingMessage Message)
{
    /// <summary>Makes the message of a record.</summary>
    /// <param name="record">The record; without content.</param>
    /// <param name="place">Its place in its batch.</param>
    /// <returns>The message.</returns>
    public static RecordMessage Of(SyncRecord record, int place)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { [MessageRecords.IdHeader] = record.Id };
        if (record.IsDeleted)
        {
            headers[MessageRecords.DeletedHeader] = "true";
        }

        return new RecordMessage(
            place,
            new OutgoingMessage(record.IsDeleted ? "{}"u8.ToArray() : record.Data)
            {
                Key = record.Id,
                Headers = headers,
                DeduplicationKey = RepeatKeyOf(record),
            }
        );
    }

    /// <summary>
    /// The same for the same change only. A record that has come back to an earlier state, or is deleted in one, has been told before
    /// in that state, and must be told again: only the time of the change tells this from a repeat, so there is no key without it.
    /// </summary>
    private static string? RepeatKeyOf(SyncRecord record)
    {
        if (record.ModifiedAt is not { } modifiedAt)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Lengths keep one text from running into the next.
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Id.Length}:{record.Id}:{record.IsDeleted}:{modifiedAt.UtcTicks}:{record.Version?.Length}:{record.Version}:"
        );
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        if (!record.IsDeleted)
        {
            hash.AppendData(record.Data.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
