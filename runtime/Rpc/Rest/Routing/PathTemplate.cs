using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>A path of <c>google.api.http</c> and the ASP.NET route that matches it.</summary>
internal sealed class PathTemplate
{
    private const string AnyDepth = "**";

    private readonly StringBuilder _route = new();
    private readonly List<PathVariable> _variables = [];
    private int _parameters;

    private PathTemplate(string text)
    {
        Text = text;
        var path = text;
        var verb = VerbStart(text);
        if (verb >= 0)
        {
            Verb = text[verb..];
            path = text[..verb];
        }

        Parse(path);
        Route = _route.ToString();
        if (Verb.Length > 0 && !EndsInAnyDepth)
        {
            Route += Verb;
        }
    }

    public string Text { get; }

    /// <summary>The custom verb with its colon, or empty.</summary>
    public string Verb { get; } = "";

    public string Route { get; }

    public IReadOnlyList<PathVariable> Variables => _variables;

    /// <summary>The parameter that takes the rest of the path, so that the route itself cannot end in the verb.</summary>
    public string? LastParameter { get; private set; }

    public bool EndsInAnyDepth => LastParameter is not null;

    public static PathTemplate Parse(string text, string owner)
    {
        if (text.Length == 0 || text[0] != '/')
        {
            throw new InvalidOperationException($"{owner}: the path '{text}' does not begin with a slash.");
        }

        return new PathTemplate(text);
    }

    private static int VerbStart(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf('/') && colon > text.LastIndexOf('}') ? colon : -1;
    }

    private void Parse(string path)
    {
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] == '{')
            {
                var end = path.IndexOf('}', at);
                if (end < 0)
                {
                    throw new InvalidOperationException($"The path '{Text}' leaves a brace open.");
                }

                AddVariable(path[(at + 1)..end]);
                at = end + 1;
            }
            else
            {
                var next = path.IndexOf('{', at);
                next = next < 0 ? path.Length : next;
                _route.AppendJoin('/', path[at..next].Split('/').Select(Segment));
                at = next;
            }
        }
    }

    private void AddVariable(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var field = equals < 0 ? text : text[..equals];
        var pattern = equals < 0 ? "*" : text[(equals + 1)..];
        string[] parts = [.. pattern.Split('/').Select(Segment)];
        _route.AppendJoin('/', parts);
        _variables.Add(new PathVariable(field.Split('.'), parts));
    }

    private string Segment(string text)
    {
        if (text is not ("*" or AnyDepth))
        {
            return text;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"p{_parameters++}");
        if (text == "*")
        {
            return $"{{{name}}}";
        }

        LastParameter = name;
        return $"{{**{name}}}";
    }
}
