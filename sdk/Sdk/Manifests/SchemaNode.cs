using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>One level of a <see cref="JsonSchema"/>, ready to check values.</summary>
internal sealed class SchemaNode
{
    private static readonly HashSet<string> Notes = new(StringComparer.Ordinal)
    {
        "$schema",
        "title",
        "description",
        "examples",
        "message",
    };

    private readonly Dictionary<string, SchemaNode> _properties = new(StringComparer.Ordinal);
    private readonly List<string> _required = [];
    private readonly List<JsonElement> _allowed = [];
    private string[] _types = [];
    private SchemaNode? _items;
    private SchemaNode? _additional;
    private bool _additionalAllowed = true;
    private JsonElement? _default;
    private string? _message;
    private double? _minimum;
    private double? _maximum;
    private int? _minLength;
    private int? _maxLength;
    private int? _minItems;
    private int? _maxItems;
    private Regex? _pattern;
    private string? _format;
    private bool _secret;

    public IReadOnlySet<string> SecretNames =>
        _properties
            .Where(property => property.Value._secret)
            .Select(property => property.Key)
            .ToHashSet(StringComparer.Ordinal);

    public IReadOnlyCollection<string> PropertyNames => _properties.Keys;

    public IReadOnlyCollection<string> RequiredNames => _required;

    public static SchemaNode Parse(string member, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new ManifestException(member, "must be a JSON Schema object");
        }

        var node = new SchemaNode();
        foreach (var keyword in json.EnumerateObject())
        {
            node.Take($"{member}.{keyword.Name}", keyword.Name, keyword.Value);
        }

        foreach (var name in node._required.Where(name => !node._properties.ContainsKey(name)))
        {
            throw new ManifestException($"{member}.required", $"names '{name}', which is no property");
        }

        return node;
    }

    public JsonElement WithDefaults(JsonElement value)
    {
        var missing = _properties
            .Where(property => property.Value._default is not null && !value.TryGetProperty(property.Key, out _))
            .ToList();
        if (missing.Count == 0)
        {
            return value;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in value.EnumerateObject())
            {
                property.WriteTo(writer);
            }

            foreach (var (name, node) in missing)
            {
                writer.WritePropertyName(name);
                node._default!.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }

    public void Validate(string path, JsonElement value, List<SchemaViolation> violations)
    {
        var before = violations.Count;
        if (_types.Length > 0 && !_types.Any(type => Is(type, value)))
        {
            violations.Add(new SchemaViolation(path, $"must be {string.Join(" or ", _types.Select(Article))}"));
            return;
        }

        if (_allowed.Count > 0 && !_allowed.Any(allowed => JsonElement.DeepEquals(allowed, value)))
        {
            violations.Add(new SchemaViolation(path, _message ?? $"must be one of {string.Join(", ", _allowed)}"));
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                ValidateObject(path, value, violations);
                break;
            case JsonValueKind.Array:
                ValidateArray(path, value, violations);
                break;
            case JsonValueKind.String:
                ValidateText(path, value.GetString()!, violations);
                break;
            case JsonValueKind.Number:
                ValidateNumber(path, value.GetDouble(), violations);
                break;
            default:
                break;
        }

        if (_message is not null && violations.Count > before && value.ValueKind == JsonValueKind.String)
        {
            violations.RemoveRange(before, violations.Count - before);
            violations.Add(new SchemaViolation(path, _message));
        }
    }

    private static string Article(string type) =>
        type switch
        {
            "integer" => "a whole number",
            "object" => "an object",
            "array" => "a list",
            "boolean" => "true or false",
            "string" => "a text",
            "null" => "null",
            _ => "a " + type,
        };

    private static bool Is(string type, JsonElement value) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
            _ => false,
        };

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;

    private void ValidateObject(string path, JsonElement value, List<SchemaViolation> violations)
    {
        foreach (var name in _required.Where(name => !value.TryGetProperty(name, out _)))
        {
            violations.Add(new SchemaViolation(Join(path, name), "is required"));
        }

        foreach (var property in value.EnumerateObject())
        {
            if (_properties.TryGetValue(property.Name, out var known))
            {
                known.Validate(Join(path, property.Name), property.Value, violations);
            }
            else if (_additional is not null)
            {
                _additional.Validate(Join(path, property.Name), property.Value, violations);
            }
            else if (!_additionalAllowed)
            {
                violations.Add(new SchemaViolation(Join(path, property.Name), "is not known"));
            }
        }
    }

    private void ValidateArray(string path, JsonElement value, List<SchemaViolation> violations)
    {
        var count = value.GetArrayLength();
        if (count < _minItems)
        {
            violations.Add(new SchemaViolation(path, $"must have at least {_minItems} items"));
        }

        if (count > _maxItems)
        {
            violations.Add(new SchemaViolation(path, $"must have at most {_maxItems} items"));
        }

        if (_items is null)
        {
            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            _items.Validate($"{path}[{index++}]", item, violations);
        }
    }

    private void ValidateText(string path, string text, List<SchemaViolation> violations)
    {
        var reason =
            text.Length < _minLength
                ? (_minLength == 1 ? "must not be empty" : $"must have at least {_minLength} characters")
            : text.Length > _maxLength ? $"must have at most {_maxLength} characters"
            : _pattern is not null && !_pattern.IsMatch(text) ? $"must match {_pattern}"
            : _format is "uri" && !IsWebAddress(text) ? "must be an absolute http or https address"
            : null;
        if (reason is not null)
        {
            violations.Add(new SchemaViolation(path, reason));
        }
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private void ValidateNumber(string path, double number, List<SchemaViolation> violations)
    {
        if (number < _minimum)
        {
            violations.Add(
                new SchemaViolation(path, string.Create(CultureInfo.InvariantCulture, $"must be at least {_minimum}"))
            );
        }

        if (number > _maximum)
        {
            violations.Add(
                new SchemaViolation(path, string.Create(CultureInfo.InvariantCulture, $"must be at most {_maximum}"))
            );
        }
    }

    private void Take(string member, string keyword, JsonElement value)
    {
        try
        {
            TakeChecked(member, keyword, value);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ManifestException(member, "has a malformed value");
        }
    }

    private void TakeChecked(string member, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "type":
                _types = value.ValueKind == JsonValueKind.Array ? [.. Texts(value)] : [value.GetString()!];
                break;
            case "properties":
                foreach (var property in value.EnumerateObject())
                {
                    _properties[property.Name] = Parse($"{member}.{property.Name}", property.Value);
                }

                break;
            case "required":
                _required.AddRange(Texts(value));
                break;
            case "additionalProperties" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                _additionalAllowed = value.GetBoolean();
                break;
            case "additionalProperties":
                _additional = Parse(member, value);
                break;
            case "items":
                _items = Parse(member, value);
                break;
            case "enum":
                _allowed.AddRange(value.EnumerateArray());
                break;
            case "const":
                _allowed.Add(value);
                break;
            case "default":
                _default = value;
                break;
            case "pattern":
                _pattern = new Regex(value.GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
                break;
            case "format":
                _format = value.GetString();
                break;
            case "secret":
                _secret = value.GetBoolean();
                break;
            default:
                TakeLimit(member, keyword, value);
                break;
        }

        if (keyword == "message")
        {
            _message = value.GetString();
        }
    }

    private void TakeLimit(string member, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "minimum":
                _minimum = value.GetDouble();
                break;
            case "maximum":
                _maximum = value.GetDouble();
                break;
            case "minLength":
                _minLength = value.GetInt32();
                break;
            case "maxLength":
                _maxLength = value.GetInt32();
                break;
            case "minItems":
                _minItems = value.GetInt32();
                break;
            case "maxItems":
                _maxItems = value.GetInt32();
                break;
            default:
                if (!Notes.Contains(keyword))
                {
                    throw new ManifestException(member, "is not a supported schema keyword");
                }

                break;
        }
    }

    private static IEnumerable<string> Texts(JsonElement list) =>
        list.EnumerateArray().Select(item => item.GetString()!);
}
