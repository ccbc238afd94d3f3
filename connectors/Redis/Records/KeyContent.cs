using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>What a key is to hold, from the fields of a record.</summary>
/// <param name="Type">The type, by the server's name.</param>
/// <param name="Values">Values as the type's command takes them; an even number where they are pairs.</param>
/// <param name="ExpiresAt">When it is to expire.</param>
internal sealed record KeyContent(string Type, IReadOnlyList<byte[]> Values, DateTimeOffset? ExpiresAt)
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <exception cref="ConnectorException">The fields are none of a key.</exception>
    public static KeyContent Read(ReadOnlyMemory<byte> fields)
    {
        try
        {
            using var json = JsonDocument.Parse(fields);
            var record = json.RootElement;
            var type = record.TryGetProperty("type", out var named) ? named.GetString() ?? "" : "";
            if (!KeyCommands.IsRead(type))
            {
                throw ConnectorException.Invalid("type", "must be string, list, set, hash or zset");
            }

            var isBinary = record.TryGetProperty("encoding", out var encoding) && encoding.GetString() is "base64";
            if (!record.TryGetProperty("value", out var value))
            {
                throw ConnectorException.Invalid("value", "is required");
            }

            var values = ValuesOf(type, value, isBinary).ToList();
            return values.Count > 0
                ? new KeyContent(type, values, Expiry(record))
                : throw ConnectorException.Invalid("value", "is empty, which no key can be");
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or InvalidOperationException
                        or FormatException
                        or KeyNotFoundException
                        or EncoderFallbackException
            )
        {
            throw ConnectorException.Invalid("value", "does not fit the type");
        }
    }

    private static DateTimeOffset? Expiry(JsonElement record)
    {
        if (!record.TryGetProperty("expiresAt", out var moment) || moment.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return moment.TryGetDateTimeOffset(out var expiry)
            ? expiry
            : throw ConnectorException.Invalid("expiresAt", "must be a moment such as 2026-02-03T10:00:00Z");
    }

    private static IEnumerable<byte[]> ValuesOf(string type, JsonElement value, bool isBinary) =>
        type switch
        {
            "string" => [Bytes(value, isBinary)],
            "hash" => value
                .EnumerateObject()
                .SelectMany(field => (byte[][])[Bytes(field.Name, isBinary), Bytes(field.Value, isBinary)]),
            "zset" => value
                .EnumerateArray()
                .SelectMany(item =>
                    (byte[][])[Score(item.GetProperty("score")), Bytes(item.GetProperty("member"), isBinary)]
                ),
            _ => value.EnumerateArray().Select(item => Bytes(item, isBinary)),
        };

    private static byte[] Bytes(JsonElement value, bool isBinary) =>
        value.ValueKind switch
        {
            JsonValueKind.String => Bytes(value.GetString()!, isBinary),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when !isBinary => Bytes(
                value.GetRawText(),
                isBinary
            ),
            _ => throw new FormatException(),
        };

    private static byte[] Bytes(string text, bool isBinary) =>
        isBinary ? Convert.FromBase64String(text) : Strict.GetBytes(text);

    private static byte[] Score(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when double.IsFinite(value.GetDouble()) => Strict.GetBytes(
                value.GetDouble().ToString("R", CultureInfo.InvariantCulture)
            ),
            JsonValueKind.String when value.GetString() is "Infinity" => "inf"u8.ToArray(),
            JsonValueKind.String when value.GetString() is "-Infinity" => "-inf"u8.ToArray(),
            _ => throw new FormatException(),
        };
}
