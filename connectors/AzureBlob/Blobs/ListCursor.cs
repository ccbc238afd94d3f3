using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>The service's marker together with the listing that it belongs to.</summary>
internal static class ListCursor
{
    private const int CheckLength = 8;

    public static string Write(ListOptions options, string container, string marker) =>
        Base64Url.EncodeToString([.. Check(options, container), .. Encoding.UTF8.GetBytes(marker)]);

    /// <exception cref="ConnectorException">The cursor belongs to another listing, or to none.</exception>
    public static string? Read(ListOptions options, string container)
    {
        if (options.Cursor is not { } cursor)
        {
            return null;
        }

        var bytes = Base64Url.IsValid(cursor) ? Base64Url.DecodeFromChars(cursor) : [];
        return bytes.Length > CheckLength && bytes.AsSpan(0, CheckLength).SequenceEqual(Check(options, container))
            ? Encoding.UTF8.GetString(bytes, CheckLength, bytes.Length - CheckLength)
            : throw ConnectorException.Invalid("cursor", "does not belong to this listing");
    }

    private static ReadOnlySpan<byte> Check(ListOptions options, string container) =>
        SHA256
            .HashData(Encoding.UTF8.GetBytes($"{container}\n{options.Prefix}\n{options.Recursive}"))
            .AsSpan(0, CheckLength);
}
