using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>
/// Where the reading of keys goes on: a cursor of SCAN, and which of the keys that it gives have been told. A step of SCAN
/// cannot be cut, and gives other keys, too, when it is done again.
/// </summary>
/// <param name="Position">The server's cursor.</param>
/// <param name="Told">Marks of keys.</param>
internal sealed record ScanCursor(ulong Position, IReadOnlyList<string> Told)
{
    private const string Prefix = "scan:";

    /// <summary>Characters of a mark: a hash that no two keys share by chance.</summary>
    private const int MarkLength = 12;

    public static ScanCursor Start { get; } = new(0, []);

    public static string Mark(byte[] key) => Convert.ToBase64String(SHA256.HashData(key).AsSpan(0, MarkLength * 3 / 4));

    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Position}:{string.Concat(Told)}");

    /// <exception cref="ConnectorException">It is not one of ours.</exception>
    public static ScanCursor Read(string text)
    {
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split(':') : [];
        return
            parts.Length == 2
            && parts[1].Length % MarkLength == 0
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new ScanCursor(position, [.. parts[1].Chunk(MarkLength).Select(mark => new string(mark))])
            : throw ConnectorException.Invalid("cursor", "is not a cursor of this resource");
    }
}
