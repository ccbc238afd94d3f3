using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.LocalFs.Listing;

/// <summary>
/// The last key of a page, bound to the listing it belongs to. It grants nothing: a made-up one only starts elsewhere in the
/// same listing.
/// </summary>
internal static class WalkCursor
{
    private const int BindingSize = 8;

    public static string Write(ListOptions options, string lastKey) =>
        Base64Url.EncodeToString([.. Binding(options, lastKey), .. Encoding.UTF8.GetBytes(lastKey)]);

    /// <summary>Reads the key to go on after.</summary>
    /// <returns>The key; empty at the start.</returns>
    public static string Read(ListOptions options)
    {
        if (options.Cursor is null)
        {
            return "";
        }

        if (!Base64Url.IsValid(options.Cursor))
        {
            throw Foreign();
        }

        var bytes = Base64Url.DecodeFromChars(options.Cursor);
        if (bytes.Length <= BindingSize)
        {
            throw Foreign();
        }

        var key = Encoding.UTF8.GetString(bytes.AsSpan(BindingSize));
        return bytes.AsSpan(0, BindingSize).SequenceEqual(Binding(options, key)) ? key : throw Foreign();
    }

    private static byte[] Binding(ListOptions options, string key)
    {
        var listing = Encoding.UTF8.GetBytes($"{options.Prefix}\0{options.Recursive}\0{key}");
        return SHA256.HashData(listing)[..BindingSize];
    }

    private static ConnectorException Foreign() =>
        ConnectorException.Invalid("cursor", "does not belong to this listing");
}
