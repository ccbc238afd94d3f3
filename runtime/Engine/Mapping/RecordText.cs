using System.Text.Encodings.Web;
using System.Text.Json;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>Fields of records as they are kept: compact, names in ordinal order, numbers with all their digits.</summary>
internal static class RecordText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="data">One JSON object, with no name twice.</param>
    public static byte[] Of(ReadOnlyMemory<byte> data)
    {
        using var json = JsonDocument.Parse(data.IsEmpty ? "{}"u8.ToArray() : data);
        using var written = new MemoryStream(data.Length);
        using (var writer = new Utf8JsonWriter(written, Plain))
        {
            writer.WriteStartObject();
            foreach (
                var field in json.RootElement.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal)
            )
            {
                field.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return written.ToArray();
    }
}
