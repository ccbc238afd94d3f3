using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Kafka.Format;

/// <summary>Messages between the SDK and Kafka: texts are UTF-8, the media type is a header that callers do not see.</summary>
internal static class MessageFormat
{
    private const string ContentType = "content-type";
    private const string UnknownContent = "application/octet-stream";

    private static readonly long LatestMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Every producer's messages have this one, so it needs no header.</summary>
    public static string IdOf(string topic, int partition, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}-{offset}");

    public static Message<byte[]?, byte[]> Encode(OutgoingMessage message)
    {
        KafkaLimits.Check(message);
        return new Message<byte[]?, byte[]>
        {
            Key = message.Key is { } key ? Encode("options.key", key) : null,
            Value = BodyOf(message.Body),
            Headers = EncodeHeaders(message),
        };
    }

    /// <summary>What the sender's headers were; of several with one name the last.</summary>
    public static Dictionary<string, string> DecodeHeaders(Headers? headers)
    {
        var texts = new Dictionary<string, string>(headers?.Count ?? 0, StringComparer.Ordinal);
        foreach (var header in headers ?? [])
        {
            if (!IsContentType(header.Key))
            {
                texts[header.Key] = Decode(header.GetValueBytes()) ?? "";
            }
        }

        return texts;
    }

    public static string ContentTypeOf(Headers? headers)
    {
        foreach (var header in headers ?? [])
        {
            if (IsContentType(header.Key) && Decode(header.GetValueBytes()) is { Length: > 0 } type)
            {
                return type;
            }
        }

        return UnknownContent;
    }

    /// <summary>Producers may write any number; the nearest time that there is stands for those that are none.</summary>
    public static DateTimeOffset TimeOf(Timestamp timestamp) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timestamp.UnixTimestampMs, 0, LatestMs));

    /// <summary>What is no UTF-8 comes out with replacement characters.</summary>
    public static string? Decode(byte[]? text) => text is null ? null : Encoding.UTF8.GetString(text);

    private static Headers EncodeHeaders(OutgoingMessage message)
    {
        var type = Encode("contentType", message.ContentType);
        var headers = new Headers { { ContentType, type } };
        var bytes = 0;
        foreach (var (name, text) in message.Headers)
        {
            if (name.Length == 0 || IsContentType(name))
            {
                throw ConnectorException.Invalid(
                    "options.headers",
                    name.Length == 0 ? "must have names" : "must not hold content-type, which has a field of its own"
                );
            }

            // The name goes through the client as it is, so it is checked here.
            var value = Encode("options.headers", text);
            bytes += Encode("options.headers", name).Length + value.Length;
            headers.Add(name, value);
        }

        MessageLimits.CheckHeaders(bytes);
        return headers;
    }

    private static byte[] Encode(string field, string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw ConnectorException.Invalid(field, "must be valid Unicode");
        }
    }

    private static bool IsContentType(string name) => name.Equals(ContentType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The client copies the body when it takes it, so a whole array needs no copy before.</summary>
    private static byte[] BodyOf(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var part) && part.Offset == 0 && part.Count == part.Array!.Length
            ? part.Array
            : body.ToArray();
}
