using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>A path as the reference writes it.</summary>
/// <param name="Text">With named parameters.</param>
/// <param name="Shape">Without their names.</param>
/// <param name="Names">The parameters in order.</param>
internal sealed record DocumentedPath(string Text, string Shape, IReadOnlyList<string> Names)
{
    public static DocumentedPath Of(RestRoute route)
    {
        var text = route.Binding.Path.Text;
        var shape = text;
        foreach (var (variable, field) in route.Variables)
        {
            var name = string.Join('.', variable.Field);
            text = Replace(text, name, $"{{{field.Name}}}");
            shape = Replace(shape, name, "{}");
        }

        return new(text, shape, [.. route.Variables.Select(variable => variable.Field.Name)]);
    }

    private static string Replace(string text, string name, string by)
    {
        var start = Math.Max(
            text.IndexOf($"{{{name}}}", StringComparison.Ordinal),
            text.IndexOf($"{{{name}=", StringComparison.Ordinal)
        );
        var end = text.IndexOf('}', start);
        return string.Concat(text.AsSpan(0, start), by, text.AsSpan(end + 1));
    }
}
