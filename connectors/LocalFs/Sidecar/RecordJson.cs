using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.LocalFs.Files;

namespace Yyc3.Connectors.LocalFs.Sidecar;

/// <summary>Records as JSON. Written by hand: serializing by reflection would pin the plugin's load context.</summary>
internal static class RecordJson
{
    public static byte[] Write(ObjectRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("key", record.Key);
            json.WriteString("versionId", record.VersionId);
            json.WriteNumber("size", record.Size);
            json.WriteString("etag", record.ETag);
            json.WriteString("contentType", record.ContentType);
            json.WriteString("storedAt", record.StoredAt.ToString("O", CultureInfo.InvariantCulture));
            json.WriteNumber("form", (int)record.Form);
            json.WriteNumber("storedSize", record.Status.Size);
            json.WriteNumber("storedModified", record.Status.Modified);
            json.WriteNumber("storedInode", record.Status.Inode);
            json.WriteString("storedHash", record.StoredHash);
            json.WriteStartObject("metadata");
            foreach (var (name, value) in record.Metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record.</summary>
    /// <returns>The record, or null when the text is none: a record that cannot be read counts as missing.</returns>
    public static ObjectRecord? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            return new ObjectRecord
            {
                Key = json.GetProperty("key").GetString()!,
                VersionId = json.GetProperty("versionId").GetString()!,
                Size = json.GetProperty("size").GetInt64(),
                ETag = json.GetProperty("etag").GetString()!,
                ContentType = json.GetProperty("contentType").GetString()!,
                StoredAt = json.GetProperty("storedAt").GetDateTimeOffset(),
                Form = (StoredForm)json.GetProperty("form").GetInt32(),
                Status = new FileStatus(
                    EntryKind.File,
                    json.GetProperty("storedSize").GetInt64(),
                    json.GetProperty("storedModified").GetInt64(),
                    json.GetProperty("storedInode").GetUInt64()
                ),
                StoredHash = json.GetProperty("storedHash").GetString()!,
                Metadata = json.GetProperty("metadata")
                    .EnumerateObject()
                    .ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal),
            };
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
