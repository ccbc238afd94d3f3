using Microsoft.AspNetCore.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>A field that is taken from one or more segments of the path.</summary>
internal sealed class PathVariable(string[] names, string[] parts)
{
    /// <summary>Proto names down to the field.</summary>
    public IReadOnlyList<string> Field => names;

    public string Value(RouteValueDictionary values, string verb)
    {
        var text = string.Join('/', parts.Select(part => IsParameter(part) ? Find(values, part) : part));
        if (parts.Length == 1)
        {
            // The server decodes everything but the slash, which would change the segments.
            text = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        }

        return parts[^1].StartsWith("{**", StringComparison.Ordinal) && verb.Length > 0 ? text[..^verb.Length] : text;
    }

    private static bool IsParameter(string part) => part[0] == '{';

    private static string Find(RouteValueDictionary values, string part) =>
        values[part.Trim('{', '}', '*')] as string ?? "";
}
