using System.Text.Json;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>A message as it travels.</summary>
/// <param name="Body">UTF-8 of the text that is its body.</param>
/// <param name="Attributes">Its attributes, at most ten.</param>
internal sealed record WireMessage(ReadOnlyMemory<byte> Body, IReadOnlyList<WireAttribute> Attributes)
{
    /// <summary>FIFO queues: messages of one group are in order.</summary>
    public string? GroupId { get; init; }

    /// <summary>FIFO queues: what tells a repeat.</summary>
    public string? DeduplicationId { get; init; }

    /// <summary>Bytes it counts for: body and attributes.</summary>
    public int Size => Body.Length + Attributes.Sum(attribute => attribute.Size);

    /// <summary>Writes its members into an object that is open.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("MessageBody", Body.Span);
        if (Attributes.Count > 0)
        {
            writer.WriteStartObject("MessageAttributes");
            foreach (var attribute in Attributes)
            {
                writer.WriteStartObject(attribute.Name);
                writer.WriteString("DataType", attribute.DataType);
                writer.WriteString(attribute.IsBinary ? "BinaryValue" : "StringValue", attribute.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        if (GroupId is not null)
        {
            writer.WriteString("MessageGroupId", GroupId);
        }

        if (DeduplicationId is not null)
        {
            writer.WriteString("MessageDeduplicationId", DeduplicationId);
        }
    }
}
