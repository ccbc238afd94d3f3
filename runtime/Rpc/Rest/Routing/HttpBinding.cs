using Google.Api;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>One HTTP rule of a method.</summary>
internal sealed record HttpBinding(string Method, PathTemplate Path, string Body, string ResponseBody)
{
    public const string WholeBody = "*";

    /// <summary>The rule of a method and its additional ones; none when it has no HTTP form.</summary>
    public static IEnumerable<HttpBinding> Of(MethodDescriptor method)
    {
        if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            yield break;
        }

        foreach (var one in rule.AdditionalBindings.Prepend(rule))
        {
            var (verb, path) = one.PatternCase switch
            {
                HttpRule.PatternOneofCase.Get => ("GET", one.Get),
                HttpRule.PatternOneofCase.Put => ("PUT", one.Put),
                HttpRule.PatternOneofCase.Post => ("POST", one.Post),
                HttpRule.PatternOneofCase.Delete => ("DELETE", one.Delete),
                HttpRule.PatternOneofCase.Patch => ("PATCH", one.Patch),
                HttpRule.PatternOneofCase.Custom => (one.Custom.Kind, one.Custom.Path),
                _ => throw new InvalidOperationException($"{method.FullName}: an HTTP rule has no path."),
            };
            yield return new(verb, PathTemplate.Parse(path, method.FullName), one.Body, one.ResponseBody);
        }
    }
}
