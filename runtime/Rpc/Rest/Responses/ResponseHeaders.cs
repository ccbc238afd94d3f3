using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>Header fields of an answer.</summary>
internal static class ResponseHeaders
{
    private const string EntityTag = "ETag";

    /// <summary>The fields of the message, and of the field that is the whole body, that travel in headers.</summary>
    public static void Apply(HttpResponse response, RestRoute route, IMessage message)
    {
        Apply(response, route.Codec.PlanOf(message.Descriptor), message);
        if (
            route.ResponseMember is { Nested: { } nested } member
            && member.Descriptor.Accessor.GetValue(message) is IMessage body
        )
        {
            Apply(response, nested, body);
        }
    }

    public static void Apply(HttpResponse response, MessagePlan? plan, IMessage message)
    {
        foreach (var member in plan?.Headers ?? [])
        {
            if (member.Format(message) is { } value)
            {
                var name = member.Rules.Header;
                Set(
                    response,
                    name,
                    name.Equals(EntityTag, StringComparison.OrdinalIgnoreCase) ? EntityTags.Quote(value) : value
                );
            }
        }
    }

    /// <summary>A message may carry anything; a header may not.</summary>
    public static void Set(HttpResponse response, string name, string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            response.Headers[name] = value;
        }
    }

    public static void Apply(HttpResponse response, Metadata? metadata)
    {
        foreach (var entry in metadata ?? [])
        {
            if (entry.Key != RichStatus.Trailer)
            {
                response.Headers.Append(entry.Key, HeaderMetadata.Format(entry));
            }
        }
    }
}
