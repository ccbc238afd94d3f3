using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>Makes of a caller's message what the service takes, without loss, or says which part it cannot take.</summary>
/// <param name="ordersWithoutKey">Whether messages without a key share one order in FIFO queues.</param>
internal sealed class MessageEncoder(bool ordersWithoutKey)
{
    /// <summary>
    /// The service's limit for a message and for a batch, attributes included: 1 MiB since August 2025, 256 KiB before. A
    /// queue that was told to take less refuses by itself.
    /// </summary>
    public const int LargestMessage = 1024 * 1024;

    private const int MostAttributes = 10;
    private const int LongestContentType = 256;

    /// <summary>Encodes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isFifo">Whether the queue is a FIFO queue.</param>
    public WireMessage Encode(OutgoingMessage message, bool isFifo)
    {
        Check(message);
        var attributes = new List<WireAttribute>
        {
            new(AttributeNames.ContentType, WireAttribute.Text, message.ContentType),
        };
        var body = EncodeBody(message.Body, attributes);
        var group = isFifo ? GroupOf(message.Key) : null;
        if (message.Key is { } key && !string.Equals(key, group, StringComparison.Ordinal))
        {
            attributes.Add(new WireAttribute(AttributeNames.Key, WireAttribute.Text, key));
        }

        AddHeaders(message.Headers, attributes);
        var wire = new WireMessage(body, attributes)
        {
            GroupId = group,
            DeduplicationId = isFifo ? RepeatIdOf(message.DeduplicationKey) : null,
        };
        return wire.Size <= LargestMessage
            ? wire
            : throw ConnectorException.Invalid(
                "message",
                "must not be larger than 1 MiB as the queue counts it: binary content as base64, headers included"
            );
    }

    private static void Check(OutgoingMessage message)
    {
        if (message.Partition is not null)
        {
            throw ConnectorException.Invalid("options.partition", "does not exist: the provider has no partitions");
        }

        if (
            message.ContentType.Length is 0 or > LongestContentType
            || message.ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~')
        )
        {
            throw ConnectorException.Invalid("contentType", $"must be 1 to {LongestContentType} characters of ASCII");
        }

        if (message.Key is { } key && (key.Length == 0 || !SqsText.IsAllowed(key)))
        {
            throw ConnectorException.Invalid("options.key", "must be a text without control characters");
        }

        if (message.DeduplicationKey is { } repeat && !SqsText.IsUnicode(repeat))
        {
            throw ConnectorException.Invalid("deduplicationKey", "must be valid Unicode");
        }

        if (message.Headers.Any(header => !SqsText.IsUnicode(header.Key) || !SqsText.IsUnicode(header.Value)))
        {
            throw ConnectorException.Invalid("options.headers", "must be valid Unicode");
        }
    }

    private static ReadOnlyMemory<byte> EncodeBody(ReadOnlyMemory<byte> body, List<WireAttribute> attributes)
    {
        if (body.IsEmpty)
        {
            attributes.Add(new WireAttribute(AttributeNames.Encoding, WireAttribute.Text, AttributeNames.Empty));
            return "-"u8.ToArray();
        }

        if (body.Length > LargestMessage || SqsText.IsAllowed(body.Span))
        {
            return body;
        }

        attributes.Add(new WireAttribute(AttributeNames.Encoding, WireAttribute.Text, AttributeNames.Base64));
        var encoded = new byte[Base64.GetMaxEncodedToUtf8Length(body.Length)];
        Base64.EncodeToUtf8(body.Span, encoded, out _, out _);
        return encoded;
    }

    private static void AddHeaders(IReadOnlyDictionary<string, string> headers, List<WireAttribute> attributes)
    {
        if (headers.Count == 0)
        {
            return;
        }

        if (headers.Count <= MostAttributes - attributes.Count && headers.All(IsAttribute))
        {
            attributes.AddRange(
                headers.Select(header => new WireAttribute(header.Key, WireAttribute.Text, header.Value))
            );
            return;
        }

        attributes.Add(new WireAttribute(AttributeNames.Headers, WireAttribute.Text, HeaderJson.Write(headers)));
    }

    private static bool IsAttribute(KeyValuePair<string, string> header) =>
        header.Value.Length > 0
        && SqsText.IsAttributeName(header.Key)
        && !AttributeNames.IsReserved(header.Key)
        && SqsText.IsAllowed(header.Value);

    private string GroupOf(string? key)
    {
        if (key is null)
        {
            return ordersWithoutKey
                ? AttributeNames.NoKeyGroup
                : $"{AttributeNames.NoKeyGroup}-{Guid.NewGuid().ToString("N")}";
        }

        // A key that looks like the group of those without one must not be taken for it.
        return SqsText.IsId(key) && !key.StartsWith(AttributeNames.NoKeyGroup, StringComparison.Ordinal)
            ? key
            : Hash(key);
    }

    /// <summary>Without a key no repeat is meant, so that a queue that compares contents must not find one.</summary>
    private static string RepeatIdOf(string? key) =>
        key is null ? Guid.NewGuid().ToString("N")
        : SqsText.IsId(key) ? key
        : Hash(key);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
