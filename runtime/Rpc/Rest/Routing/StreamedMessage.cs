using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Rest.Json;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>A message that is a oneof of a header and a chunk of bytes.</summary>
internal sealed record StreamedMessage(
    MessageDescriptor Type,
    FieldDescriptor HeaderField,
    FieldDescriptor ChunkField,
    MessagePlan Header
)
{
    public static StreamedMessage Of(MessageDescriptor type, JsonCodec codec)
    {
        var fields = type.Fields.InFieldNumberOrder();
        var header = fields.SingleOrDefault(field => field.FieldType == FieldType.Message && !field.IsRepeated);
        var chunk = fields.SingleOrDefault(field => field.FieldType == FieldType.Bytes && !field.IsRepeated);
        return header is not null && chunk is not null && codec.PlanOf(header.MessageType) is { } plan
            ? new(type, header, chunk, plan)
            : throw new InvalidOperationException(
                $"{type.FullName} is no oneof of a header message and a bytes chunk."
            );
    }
}
