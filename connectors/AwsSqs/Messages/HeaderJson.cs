using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>Headers as one JSON object of texts.</summary>
internal static class HeaderJson
{
    /// <summary>Writes headers; the result is ASCII, so that it may stand in an attribute whatever they hold.</summary>
    public static string Write(IReadOnlyDictionary<string, string> headers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var (name, value) in headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads headers; false when the text is something else, of another sender.</summary>
    public static bool TryRead(string text, Dictionary<string, string> headers)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || document.RootElement.EnumerateObject().Any(header => header.Value.ValueKind != JsonValueKind.String)
            )
            {
                return false;
            }

            // A text that cannot be read must leave nothing behind.
            foreach (var (name, value) in document.RootElement.EnumerateObject().Select(Read).ToList())
            {
                headers[name] = value;
            }

            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static (string Name, string Value) Read(JsonProperty header) => (header.Name, header.Value.GetString()!);
}
