using System.Globalization;
using System.Text.Json.Nodes;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>What a method answers.</summary>
internal sealed class ResponseWriter(SchemaWriter schemas)
{
    public const string ErrorName = "Error";

    public JsonObject Write(RestRoute route)
    {
        var success = new JsonObject { ["description"] = "Success.", ["headers"] = Headers(route) };
        if (Content(route) is { } content)
        {
            success["content"] = content;
        }

        var responses = new JsonObject { [route.SuccessCode.ToString(CultureInfo.InvariantCulture)] = success };
        if (ParameterWriter.AcceptsRange(route))
        {
            responses["206"] = new JsonObject
            {
                ["description"] = "The range that was asked for.",
                ["headers"] = Headers(route),
                ["content"] = Content(route),
            };
        }

        responses["4XX"] = Error();
        responses["5XX"] = Error();
        return responses;
    }

    /// <summary>The shape of every failure.</summary>
    public static JsonObject ErrorSchema() =>
        new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("success", "error"),
            ["properties"] = new JsonObject
            {
                ["success"] = new JsonObject { ["const"] = false },
                ["error"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("code", "message", "details"),
                    ["properties"] = new JsonObject
                    {
                        ["code"] = Text("Stable name of the failure in UPPER_SNAKE."),
                        ["message"] = Text("What happened, in the caller's language."),
                        ["details"] = Details(),
                    },
                },
            },
        };

    private static JsonObject Details() =>
        new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("requestId"),
            ["additionalProperties"] = true,
            ["properties"] = new JsonObject
            {
                ["requestId"] = Text("Also in the header x-request-id."),
                ["field"] = Text("Dotted path of the field at fault."),
                ["reason"] = Text("What is wrong with it."),
                ["retryable"] = new JsonObject
                {
                    ["type"] = "boolean",
                    ["description"] = "Whether the same call may succeed later.",
                },
                ["retryAfter"] = new JsonObject
                {
                    ["type"] = "number",
                    ["description"] = "Seconds to wait before the next attempt.",
                },
            },
        };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Error() => new() { ["$ref"] = "#/components/responses/" + ErrorName };

    private JsonObject? Content(RestRoute route)
    {
        if (route.Download is not null)
        {
            return Media("application/octet-stream", []);
        }

        if (route.Method.IsServerStreaming)
        {
            return Media("application/x-ndjson", Line(route));
        }

        return route.SuccessCode == 204 ? null : Media("application/json", Envelope(Data(route)));
    }

    private JsonObject Data(RestRoute route) =>
        route.ResponseMember is { } member
            ? schemas.Field(member.Descriptor)
            : schemas.Message(route.Method.OutputType);

    /// <summary>Of a list each element is a line.</summary>
    private JsonObject Line(RestRoute route) =>
        Data(route) is var data && data["items"] is JsonObject item ? (JsonObject)item.DeepClone() : data;

    private static JsonObject Envelope(JsonObject data) =>
        new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("success", "data"),
            ["properties"] = new JsonObject
            {
                ["success"] = new JsonObject { ["const"] = true },
                ["data"] = data,
            },
        };

    private static JsonObject Media(string type, JsonObject schema) =>
        new() { [type] = new JsonObject { ["schema"] = schema } };

    private JsonObject Headers(RestRoute route)
    {
        var headers = new JsonObject
        {
            [RequestId.Header] = new JsonObject { ["$ref"] = "#/components/headers/RequestId" },
        };
        var members = (route.Codec.PlanOf(route.Method.OutputType)?.Headers ?? []).Concat(
            route.ResponseMember?.Nested?.Headers ?? []
        );
        foreach (var member in members)
        {
            headers[member.Rules.Header] = new JsonObject { ["schema"] = schemas.Field(member.Descriptor) };
        }

        return headers;
    }
}
