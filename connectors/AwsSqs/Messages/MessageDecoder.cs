using System.Buffers;
using System.Buffers.Text;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>
/// What a message says, whoever sent it: attributes of other senders are headers, a body without a mark is what it is.
/// </summary>
internal readonly record struct MessageDecoder(WireMessage Message)
{
    /// <summary>Media type of messages that name none.</summary>
    private const string PlainText = "text/plain";

    public ReadOnlyMemory<byte> Body() =>
        Find(AttributeNames.Encoding) switch
        {
            AttributeNames.Empty => ReadOnlyMemory<byte>.Empty,
            AttributeNames.Base64 => FromBase64(Message.Body),
            _ => Message.Body,
        };

    public string ContentType() => Find(AttributeNames.ContentType) ?? PlainText;

    public string? Key() =>
        Find(AttributeNames.Key)
        ?? (
            Message.GroupId?.StartsWith(AttributeNames.NoKeyGroup, StringComparison.Ordinal) == true
                ? null
                : Message.GroupId
        );

    public Dictionary<string, string> Headers()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in Message.Attributes)
        {
            var isOwn = string.Equals(attribute.Name, AttributeNames.Headers, StringComparison.Ordinal)
                ? HeaderJson.TryRead(attribute.Value, headers)
                : AttributeNames.IsReserved(attribute.Name);
            if (!isOwn)
            {
                headers[attribute.Name] = attribute.Value;
            }
        }

        return headers;
    }

    private static ReadOnlyMemory<byte> FromBase64(ReadOnlyMemory<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text.Span, bytes, out _, out var written) == OperationStatus.Done
            ? bytes.AsMemory(0, written)
            : text;
    }

    private string? Find(string name)
    {
        foreach (var attribute in Message.Attributes)
        {
            if (string.Equals(attribute.Name, name, StringComparison.Ordinal))
            {
                return attribute.Value;
            }
        }

        return null;
    }
}
