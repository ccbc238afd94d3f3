using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>Sets the fields that come from path, query and headers.</summary>
internal static class RequestFields
{
    private const string UnknownParameter = "is not a known query parameter";

    public static void Apply(HttpContext http, RestRoute route, IMessage message)
    {
        var language = ErrorLanguages.Of(http.Request);
        ApplyQuery(http.Request, route, message, language);
        ApplyHeaders(http.Request, route, message, language);
        foreach (var (variable, field) in route.Variables)
        {
            var text = variable.Value(http.Request.RouteValues, route.Binding.Path.Verb);
            Set(field, message, text, field.Name, language);
        }
    }

    private static void ApplyQuery(HttpRequest request, RestRoute route, IMessage message, ErrorLanguage language)
    {
        foreach (var (name, values) in request.Query)
        {
            var field =
                Find(route, name) ?? throw RestFault.Create(RpcErrors.InvalidRequest, language, name, UnknownParameter);
            if (values.Count > 1 && !field.Last.Descriptor.IsRepeated)
            {
                throw RestFault.Create(RpcErrors.InvalidRequest, language, name, "is given twice");
            }

            foreach (var value in values)
            {
                Set(field, message, value ?? "", name, language);
            }
        }
    }

    private static FieldPath? Find(RestRoute route, string name)
    {
        if (route.Upload is not null || route.Binding.Body == HttpBinding.WholeBody)
        {
            return null;
        }

        var field = FieldPath.Find(route.Input, name.Split('.'), static (plan, part) => plan.Find(part));
        var isTaken =
            field is null
            || field.Members[0] == route.BodyMember
            || route.Variables.Any(variable => variable.Field.Members.SequenceEqual(field.Members))
            || (route.Download is not null && field.Members[0].Descriptor.Name == ByteRange.Field);
        return isTaken ? null : field;
    }

    private static void ApplyHeaders(HttpRequest request, RestRoute route, IMessage message, ErrorLanguage language)
    {
        foreach (var member in route.Target.Headers)
        {
            var name = member.Rules.Header;
            if (request.Headers.TryGetValue(name, out var values))
            {
                var text = EntityTags.IsCondition(name) ? EntityTags.Unquote(values.ToString()) : values.ToString();
                Set(new FieldPath([member]), message, text, name, language);
            }
        }
    }

    private static void Set(FieldPath field, IMessage message, string text, string name, ErrorLanguage language)
    {
        try
        {
            field.Parse(message, text);
        }
        catch (JsonReadException e)
        {
            throw RestFault.Create(RpcErrors.InvalidRequest, language, name, e.Reason);
        }
    }
}
