using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>The JSON that tells the service what is coming.</summary>
internal static class UploadDescription
{
    private const int MostMetadata = 8 * 1024;

    public static byte[] Write(string name, PutOptions options)
    {
        var metadata = new Dictionary<string, string>(options.Metadata, StringComparer.Ordinal);
        if (metadata.ContainsKey(GcsObject.EncodingEntry) || metadata.ContainsKey(GcsObject.SizeEntry))
        {
            throw ConnectorException.Invalid("metadata", "must not use names that begin with 'yyc3-'");
        }

        if (options.Compress)
        {
            metadata[GcsObject.EncodingEntry] = "gzip";
            if (options.ContentLength is { } size)
            {
                metadata[GcsObject.SizeEntry] = size.ToString(CultureInfo.InvariantCulture);
            }
        }

        if (
            metadata.Sum(entry =>
                System.Text.Encoding.UTF8.GetByteCount(entry.Key) + System.Text.Encoding.UTF8.GetByteCount(entry.Value)
            ) > MostMetadata
        )
        {
            throw ConnectorException.Invalid("metadata", "must not be longer than 8 KiB");
        }

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("contentType", options.ContentType);
            if (options.Compress)
            {
                // For those who come by a link or with another tool: the service unpacks it for who does not take gzip.
                writer.WriteString("contentEncoding", "gzip");
            }

            if (metadata.Count > 0)
            {
                writer.WriteStartObject("metadata");
                foreach (var (entry, value) in metadata)
                {
                    writer.WriteString(entry, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
