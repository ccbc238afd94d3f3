using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>
/// The caller's names and values as a blob can hold them. Names and values that Azure takes are stored as they are, so that other
/// programs read them; if any is not, all go as base64 JSON into one entry.
/// </summary>
internal static partial class BlobMetadata
{
    private const string Own = "yyc3_";
    private const string Packed = Own + "metadata";
    private const string ContentCoding = Own + "encoding";
    private const string PlainSize = Own + "size";
    private const int MostBytes = 8 * 1024;

    /// <summary>Makes the entries of a blob.</summary>
    /// <param name="metadata">The caller's.</param>
    /// <param name="isCompressed">The content is stored as gzip.</param>
    /// <param name="plainSize">Its plain size, if known beforehand.</param>
    public static Dictionary<string, string> Write(
        IReadOnlyDictionary<string, string> metadata,
        bool isCompressed,
        long? plainSize
    )
    {
        var entries = metadata.All(IsPlain)
            ? new Dictionary<string, string>(metadata, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal) { [Packed] = Pack(metadata) };
        if (isCompressed)
        {
            entries[ContentCoding] = "gzip";
            if (plainSize is { } size)
            {
                entries[PlainSize] = size.ToString(CultureInfo.InvariantCulture);
            }
        }

        return entries.Sum(entry => entry.Key.Length + entry.Value.Length) <= MostBytes
            ? entries
            : throw ConnectorException.Invalid("metadata", "must not be longer than 8 KiB");
    }

    /// <summary>Reads the caller's names and values back.</summary>
    public static IReadOnlyDictionary<string, string> Read(IDictionary<string, string>? entries)
    {
        if (entries is null || entries.Count == 0)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        return entries.TryGetValue(Packed, out var packed) && Unpack(packed) is { } unpacked
            ? unpacked
            : entries
                .Where(entry => !entry.Key.StartsWith(Own, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
    }

    public static bool IsCompressed(IDictionary<string, string>? entries) =>
        entries is not null && entries.TryGetValue(ContentCoding, out var encoding) && encoding is "gzip";

    /// <summary>Null when it is not written here.</summary>
    public static long? ReadPlainSize(IDictionary<string, string>? entries) =>
        entries is not null
        && entries.TryGetValue(PlainSize, out var text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : null;

    private static bool IsPlain(KeyValuePair<string, string> entry) =>
        NameShape().IsMatch(entry.Key)
        && !entry.Key.StartsWith(Own, StringComparison.Ordinal)
        && ValueShape().IsMatch(entry.Value);

    private static string Pack(IReadOnlyDictionary<string, string> metadata)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in metadata)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Convert.ToBase64String(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static Dictionary<string, string>? Unpack(string packed)
    {
        try
        {
            using var json = JsonDocument.Parse(Convert.FromBase64String(packed));
            return json
                .RootElement.EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "", StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException)
        {
            // Not ours after all: another program may use the same name.
            return null;
        }
    }

    /// <summary>Azure takes C# identifiers and ignores their case.</summary>
    [GeneratedRegex("^[a-z_][a-z0-9_]*\\z", RegexOptions.None, 1000)]
    private static partial Regex NameShape();

    /// <summary>Headers hold printable ASCII and lose spaces at their ends.</summary>
    [GeneratedRegex("^[!-~]([ -~]*[!-~])?\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValueShape();
}
