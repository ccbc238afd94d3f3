using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>The API reference, written from the descriptors of everything that is mapped.</summary>
internal sealed class OpenApiDocument
{
    private readonly OpenApiOptions _options;
    private readonly SchemaWriter _schemas;
    private readonly ParameterWriter _parameters;
    private readonly RequestBodyWriter _bodies;
    private readonly ResponseWriter _responses;
    private readonly Dictionary<MethodDescriptor, int> _bindings = [];

    // Paths that differ in the names of their parameters only are one path.
    private readonly Dictionary<string, DocumentedPath> _paths = new(StringComparer.Ordinal);

    private OpenApiDocument(OpenApiOptions options)
    {
        _options = options;
        _schemas = new SchemaWriter(options.Comments);
        _parameters = new ParameterWriter(_schemas);
        _bodies = new RequestBodyWriter(_schemas);
        _responses = new ResponseWriter(_schemas);
    }

    public static JsonObject Write(IEnumerable<RestRoute> routes, OpenApiOptions options) =>
        new OpenApiDocument(options).Write([.. routes]);

    private JsonObject Write(IReadOnlyList<RestRoute> routes)
    {
        var paths = new JsonObject();
        foreach (var route in routes)
        {
            var path = DocumentedPath.Of(route);
            path = _paths.TryGetValue(path.Shape, out var same) ? same : _paths[path.Shape] = path;
            var item = (JsonObject)(paths[path.Text] ??= new JsonObject());
            item[route.Binding.Method.ToLowerInvariant()] = Operation(route, path);
        }

        var services = routes.Select(route => route.Method.Service).Distinct();
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = _options.Title,
                ["version"] = _options.Version,
                ["description"] = _options.Description,
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. services.Select(Tag)]),
            ["paths"] = paths,
            ["components"] = Components(),
        };
    }

    private JsonObject Tag(ServiceDescriptor service) =>
        new() { ["name"] = service.Name, ["description"] = _options.Comments.Find(service) ?? Words(service.Name) };

    private JsonObject Components() =>
        new()
        {
            ["securitySchemes"] = new JsonObject
            {
                ["bearer"] = new JsonObject
                {
                    ["type"] = "http",
                    ["scheme"] = "bearer",
                    ["description"] = "An API key.",
                },
            },
            ["headers"] = new JsonObject
            {
                ["RequestId"] = new JsonObject
                {
                    ["description"] = "Ties the answer to the server's records.",
                    ["schema"] = new JsonObject { ["type"] = "string" },
                },
            },
            ["responses"] = new JsonObject
            {
                [ResponseWriter.ErrorName] = new JsonObject
                {
                    ["description"] = "The call failed.",
                    ["headers"] = new JsonObject
                    {
                        ["x-request-id"] = new JsonObject { ["$ref"] = "#/components/headers/RequestId" },
                    },
                    ["content"] = new JsonObject
                    {
                        ["application/json"] = new JsonObject { ["schema"] = ResponseWriter.ErrorSchema() },
                    },
                },
            },
            ["schemas"] = _schemas.Components,
        };

    private JsonObject Operation(RestRoute route, DocumentedPath path)
    {
        var comment = _options.Comments.Find(route.Method) ?? Words(route.Method.Name) + ".";
        var operation = new JsonObject
        {
            ["operationId"] = OperationId(route.Method),
            ["tags"] = new JsonArray(route.Method.Service.Name),
            ["summary"] = FirstSentence(comment),
            ["description"] = Describe(comment, route.Rules),
            ["parameters"] = _parameters.Write(route, path),
        };
        if (_bodies.Write(route) is { } body)
        {
            operation["requestBody"] = body;
        }

        operation["responses"] = _responses.Write(route);
        if (route.Rules.Anonymous)
        {
            operation["security"] = new JsonArray();
        }

        if (route.Rules.Permission.Length > 0)
        {
            operation["x-permission"] = route.Rules.Permission;
        }

        return operation;
    }

    /// <summary>Additional paths of a method are numbered from 2.</summary>
    private string OperationId(MethodDescriptor method)
    {
        var number = _bindings[method] = _bindings.GetValueOrDefault(method) + 1;
        var id = $"{method.Service.Name}_{method.Name}";
        return number == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}_{number}");
    }

    private static string Describe(string comment, MethodRules rules)
    {
        var text = new StringBuilder(comment);
        if (rules.Permission.Length > 0)
        {
            text.Append(" Needs the permission `").Append(rules.Permission).Append("`.");
        }

        text.Append(
            rules.Idempotency switch
            {
                Idempotency.Idempotent => " A repeat leaves the same state.",
                Idempotency.Keyed => " A repeat with the same idempotency key returns the first result.",
                _ => "",
            }
        );
        return text.ToString();
    }

    private static string FirstSentence(string text)
    {
        var end = text.IndexOfAny(['.', ';', ':']);
        return end < 0 ? text : text[..end];
    }

    private static string Words(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            var starts = char.IsUpper(letter) && text.Length > 0;
            text.Append(starts ? " " : "").Append(starts ? char.ToLowerInvariant(letter) : letter);
        }

        return text.ToString();
    }
}
