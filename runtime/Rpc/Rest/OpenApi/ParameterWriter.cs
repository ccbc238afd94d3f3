using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Json.Members;
using Yyc3.Connectors.Rpc.Rest.Requests;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>What a method takes from path, query and headers.</summary>
internal sealed class ParameterWriter(SchemaWriter schemas)
{
    private const int MaxNesting = 4;

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept",
        "Content-Type",
        "Authorization",
    };

    public JsonArray Write(RestRoute route, DocumentedPath path)
    {
        var parameters = new JsonArray();
        for (var i = 0; i < route.Variables.Count; i++)
        {
            parameters.Add(
                Parameter(path.Names[i], "path", route.Variables[i].Field.Last.Descriptor, isRequired: true)
            );
        }

        if (route.Upload is null && route.Binding.Body != HttpBinding.WholeBody)
        {
            AddQuery(parameters, route, route.Input, "", 0);
        }

        foreach (var member in route.Target.Headers.Where(member => !Reserved.Contains(member.Rules.Header)))
        {
            parameters.Add(Parameter(member.Rules.Header, "header", member.Descriptor, member.Rules.Required));
        }

        if (AcceptsRange(route))
        {
            parameters.Add(
                new JsonObject
                {
                    ["name"] = "Range",
                    ["in"] = "header",
                    ["description"] = "One range of bytes, such as bytes=0-499.",
                    ["schema"] = new JsonObject { ["type"] = "string" },
                }
            );
        }

        return parameters;
    }

    public static bool AcceptsRange(RestRoute route) =>
        route.Download is not null && route.Method.InputType.FindFieldByName(ByteRange.Field) is not null;

    private void AddQuery(JsonArray parameters, RestRoute route, MessagePlan plan, string prefix, int depth)
    {
        foreach (var member in plan.Body)
        {
            var name = prefix + member.Descriptor.JsonName;
            if (
                member == route.BodyMember
                || route.Variables.Any(variable => variable.Field.Name == name)
                || (depth == 0 && AcceptsRange(route) && member.Descriptor.Name == ByteRange.Field)
            )
            {
                continue;
            }

            if (member.Nested is { } nested)
            {
                if (depth < MaxNesting)
                {
                    AddQuery(parameters, route, nested, name + ".", depth + 1);
                }
            }
            else if (IsText(member))
            {
                parameters.Add(Parameter(name, "query", member.Descriptor, member.Rules.Required));
            }
        }
    }

    /// <summary>Free JSON, maps and lists of messages have no form in a query.</summary>
    private static bool IsText(JsonMember member) =>
        !member.Descriptor.IsMap
        && member.Rules is { VerbatimJson.Length: 0, JsonObject: false }
        && (
            member.Descriptor.FieldType != FieldType.Message
            || (
                member.Descriptor.MessageType.File.Package == "google.protobuf"
                && member.Descriptor.MessageType.Name is not ("Struct" or "Value" or "ListValue" or "Any")
            )
        );

    private JsonObject Parameter(string name, string place, FieldDescriptor field, bool isRequired)
    {
        var schema = schemas.Field(field);
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (isRequired)
        {
            parameter["required"] = true;
        }

        if (schema["description"] is { } description)
        {
            parameter["description"] = description.DeepClone();
            schema.Remove("description");
        }

        parameter["schema"] = schema;
        return parameter;
    }
}
