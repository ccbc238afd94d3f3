using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>What a method takes as its body.</summary>
internal sealed class RequestBodyWriter(SchemaWriter schemas)
{
    private const string FilePart = "file";

    /// <summary>Null when there is none.</summary>
    public JsonObject? Write(RestRoute route)
    {
        if (route.Upload is not null)
        {
            return Form(route);
        }

        if (route.Binding.Body.Length == 0)
        {
            return null;
        }

        var schema = route.BodyMember is { } member
            ? schemas.Field(member.Descriptor)
            : schemas.Object(route.Method.InputType, field => !IsInPath(route, field));
        return new JsonObject
        {
            ["required"] = route.NeedsBody,
            ["content"] = new JsonObject { [MediaType(route)] = new JsonObject { ["schema"] = schema } },
        };
    }

    /// <summary>Of a stream each message is a line.</summary>
    private static string MediaType(RestRoute route) =>
        route.Method.IsClientStreaming ? "application/x-ndjson" : "application/json";

    private JsonObject Form(RestRoute route)
    {
        var schema = schemas.Object(route.Upload!.Header.Descriptor, field => !IsInPath(route, field));
        var properties = (JsonObject)schema["properties"]!;
        var encoding = new JsonObject();
        foreach (var (name, property) in properties)
        {
            if (
                property!["$ref"] is not null
                || property["type"] is JsonValue type && type.GetValue<string>() == "object"
            )
            {
                encoding[name] = new JsonObject { ["contentType"] = "application/json" };
            }
        }

        properties[FilePart] = new JsonObject
        {
            ["description"] = "The content. Sent last, it is not stored in between.",
            ["contentMediaType"] = "application/octet-stream",
        };
        ((JsonArray)(schema["required"] ??= new JsonArray())).Add(FilePart);
        return new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject
            {
                ["multipart/form-data"] = new JsonObject { ["schema"] = schema, ["encoding"] = encoding },
            },
        };
    }

    private static bool IsInPath(RestRoute route, FieldDescriptor field) =>
        route.Variables.Any(variable => variable.Field.Members is [var only] && only.Descriptor == field);
}
