using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>
/// A mark of where to go on, the provider's or the last key, bound to the listing that it belongs to. It grants nothing: a
/// made-up one only starts elsewhere in the same listing.
/// </summary>
public static class ListCursor
{
    private const int CheckLength = 8;

    /// <summary>Makes the cursor of a page.</summary>
    /// <param name="options">The listing.</param>
    /// <param name="scope">What it lists: a bucket or container.</param>
    /// <param name="mark">Where to go on; not empty.</param>
    /// <returns>URL-safe text.</returns>
    public static string Write(ListOptions options, string scope, string mark) =>
        Base64Url.EncodeToString([.. Check(options, scope, mark), .. Encoding.UTF8.GetBytes(mark)]);

    /// <summary>Reads the mark back.</summary>
    /// <param name="options">The listing, with its cursor.</param>
    /// <param name="scope">What it lists.</param>
    /// <returns>The mark; null to start from the beginning.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.InvalidArgument"/>, field <c>cursor</c>: it belongs to another listing, or to none.
    /// </exception>
    public static string? Read(ListOptions options, string scope)
    {
        if (options.Cursor is not { } cursor)
        {
            return null;
        }

        var bytes = Base64Url.IsValid(cursor) ? Base64Url.DecodeFromChars(cursor) : [];
        var mark = Encoding.UTF8.GetString(bytes.AsSpan(Math.Min(CheckLength, bytes.Length)));
        return mark.Length > 0 && bytes.AsSpan(0, CheckLength).SequenceEqual(Check(options, scope, mark))
            ? mark
            : throw ConnectorException.Invalid("cursor", "does not belong to this listing");
    }

    private static ReadOnlySpan<byte> Check(ListOptions options, string scope, string mark) =>
        SHA256
            .HashData(Encoding.UTF8.GetBytes($"{scope}\n{options.Prefix}\n{options.Recursive}\n{mark}"))
            .AsSpan(0, CheckLength);
}
