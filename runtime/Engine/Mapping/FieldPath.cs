using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>
/// Where a value lies in a record: a name, a dotted path of names, or a JSON path, which begins with <c>$</c>. Immutable.
/// </summary>
internal sealed class FieldPath
{
    private static readonly JsonSerializerSettings Verbatim = new()
    {
        DateParseHandling = DateParseHandling.None,
        FloatParseHandling = FloatParseHandling.Decimal,
        MaxDepth = 64,
    };

    private static readonly JsonSelectSettings Selection = new() { RegexMatchTimeout = TimeSpan.FromMilliseconds(100) };

    private const int MostSteps = 32;
    private const int MostWildcards = 2;

    private readonly string? _query;

    private FieldPath(string text, IReadOnlyList<string> names, string? query)
    {
        Text = text;
        Names = names;
        _query = query;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>The names in order; empty for a JSON path that is more than names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>It can be written to.</summary>
    public bool IsPlain => _query is null;

    /// <exception cref="FormatException">It is no path; the message says why.</exception>
    public static FieldPath Parse(string text)
    {
        if (!text.StartsWith('$'))
        {
            return Plain(text, text.Split('.'));
        }

        var rest = text.StartsWith("$.", StringComparison.Ordinal) ? text[2..].Split('.') : null;
        if (rest is not null && Array.TrueForAll(rest, IsName))
        {
            return Plain(text, rest);
        }

        // Each step multiplies the work, and a search inside a search has no bounds.
        if (
            text.Count(character => character is '.' or '[') > MostSteps
            || text.Count(character => character == '*') > MostWildcards
            || text.Split("..").Length > 2
            || (text.Contains("..", StringComparison.Ordinal) && text.Contains('?', StringComparison.Ordinal))
        )
        {
            throw new FormatException(
                "is too costly a JSON path: one search with .., two wildcards, 32 steps are the most"
            );
        }

        try
        {
            _ = new JObject().SelectToken(text, Selection);
        }
        catch (Exception fault) when (RecordMapping.IsOfData(fault))
        {
            throw new FormatException("is not a JSON path", fault);
        }

        return new FieldPath(text, [], text);
    }

    /// <summary>The value, or null with false when there is none.</summary>
    public bool TryFind(JsonObject record, out JsonNode? value)
    {
        if (_query is null)
        {
            return TryWalk(record, Names, out value);
        }

        try
        {
            // The library says where the value lies; it is taken from the record itself, whose numbers keep all their digits.
            var found = JsonConvert
                .DeserializeObject<JToken>(record.ToJsonString(), Verbatim)!
                .SelectTokens(_query, Selection)
                .FirstOrDefault();
            value = null;
            return found is not null && TryWalk(record, found, out value);
        }
        catch (Exception fault)
            when (fault is JsonException or System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Puts a value there, and objects on the way to it.</summary>
    /// <exception cref="FormatException">Something else than an object lies on the way.</exception>
    public void Put(JsonObject record, JsonNode? value)
    {
        var place = record;
        foreach (var name in Names.SkipLast(1))
        {
            if (!place.TryGetPropertyValue(name, out var next) || next is null)
            {
                next = new JsonObject();
                place[name] = next;
            }

            place = next as JsonObject ?? throw new FormatException($"{name} is no object");
        }

        place[Names[^1]] = value;
    }

    /// <summary>Takes the value away, and objects that are empty then.</summary>
    public void Remove(JsonObject record)
    {
        var places = new List<JsonObject> { record };
        foreach (var name in Names.SkipLast(1))
        {
            if (places[^1][name] is not JsonObject next)
            {
                return;
            }

            places.Add(next);
        }

        for (var depth = places.Count - 1; depth >= 0; depth--)
        {
            if (!places[depth].Remove(Names[depth]) || places[depth].Count > 0)
            {
                return;
            }
        }
    }

    /// <summary>Whether writing to one would overwrite the other.</summary>
    public bool Overlaps(FieldPath other) =>
        Names.Take(other.Names.Count).SequenceEqual(other.Names.Take(Names.Count), StringComparer.Ordinal);

    private static FieldPath Plain(string text, string[] names) =>
        Array.Exists(names, string.IsNullOrWhiteSpace)
            ? throw new FormatException("has an empty name")
            : new FieldPath(text, names, query: null);

    private static bool IsName(string text) =>
        text.Length > 0 && text.All(character => char.IsLetterOrDigit(character) || character is '_' or '-');

    private static bool TryWalk(JsonObject record, IReadOnlyList<string> names, out JsonNode? value)
    {
        value = record;
        foreach (var name in names)
        {
            if (value is not JsonObject place || !place.TryGetPropertyValue(name, out value))
            {
                value = null;
                return false;
            }
        }

        return true;
    }

    private static bool TryWalk(JsonNode record, JToken found, out JsonNode? value)
    {
        value = record;
        foreach (var step in found.AncestorsAndSelf().Reverse())
        {
            value = step.Parent switch
            {
                JProperty property => value![property.Name],
                JArray list => value![list.IndexOf(step)],
                _ => value,
            };
        }

        return true;
    }
}
