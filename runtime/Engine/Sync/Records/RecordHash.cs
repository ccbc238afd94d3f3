using System.Security.Cryptography;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Records;

/// <summary>Tells states of records apart.</summary>
internal static class RecordHash
{
    /// <summary>State of a record that is not there any more.</summary>
    public const string Deleted = "-";

    /// <summary>State of a record that was written, as nobody has seen it yet.</summary>
    public const string Unknown = "?";

    /// <summary>
    /// Something that changes exactly when the record does. Fields speak for themselves, since a version may change without
    /// them; content has only its version.
    /// </summary>
    public static string StateOf(SyncRecord record) =>
        record.IsDeleted ? Deleted
        : record.Content is null ? Of(record.Data.Span)
        : record.Version ?? Of(record.Data.Span);

    /// <summary>128 bits of a hash of the fields as they are written.</summary>
    public static string Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>Whether both say the same, however it is written.</summary>
    public static bool AreEqual(SyncRecord one, SyncRecord other)
    {
        if (one.IsDeleted || other.IsDeleted)
        {
            return one.IsDeleted == other.IsDeleted;
        }

        if (one.Content is not null || other.Content is not null)
        {
            // Contents are equal when both sides tag them alike, which stores of one kind do.
            return one.Version is not null && string.Equals(one.Version, other.Version, StringComparison.Ordinal);
        }

        return AreEqual(one.Data, other.Data);
    }

    /// <summary>Whether two sets of fields say the same.</summary>
    public static bool AreEqual(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        if (one.Span.SequenceEqual(other.Span))
        {
            return true;
        }

        using var left = JsonDocument.Parse(one);
        using var right = JsonDocument.Parse(other);
        return JsonElement.DeepEquals(left.RootElement, right.RootElement);
    }
}
