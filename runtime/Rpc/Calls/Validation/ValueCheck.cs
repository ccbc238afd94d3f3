using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>The checks of one value: of a field, or of an element of a list or map.</summary>
internal sealed class ValueCheck(FieldDescriptor descriptor, FieldRules rules, MessageChecks cache)
{
    private static readonly JsonDocumentOptions Unambiguous = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly FrozenSet<int>? _numbers =
        descriptor.FieldType == FieldType.Enum
            ? descriptor.EnumType.Values.Select(value => value.Number).ToFrozenSet()
            : null;

    /// <summary>An element can be wrong by itself.</summary>
    public bool IsNeeded =>
        rules.HasMin
        || rules.HasMax
        || rules.JsonObject
        || _numbers is not null
        || descriptor.FieldType == FieldType.Message;

    public Violation? Run(object? value, string name, bool checksSize) =>
        value switch
        {
            null => null,
            IMessage message => cache.Of(message.Descriptor).Check(message, name),
            Enum or int when _numbers is not null => CheckEnum(value, name),
            string or ByteString => (checksSize ? CheckSize(value, name) : null) ?? CheckJson(value, name),
            bool => null,
            _ => CheckRange(value, name),
        };

    private Violation? CheckEnum(object value, string name) =>
        _numbers!.Contains(Convert.ToInt32(value, CultureInfo.InvariantCulture))
            ? null
            : new Violation(name, "is not one of the defined values");

    private Violation? CheckSize(object value, string name)
    {
        if (rules.MaxSize == 0 || !FieldSize.IsOver(rules.MaxSize, value))
        {
            return null;
        }

        var unit = value is string ? "characters" : "bytes";
        return new(name, string.Create(CultureInfo.InvariantCulture, $"may have at most {rules.MaxSize} {unit}"));
    }

    private Violation? CheckJson(object value, string name)
    {
        if (!rules.JsonObject || value is not ByteString bytes)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes.Memory, Unambiguous);
            return json.RootElement.ValueKind != JsonValueKind.Object ? new Violation(name, "must be a JSON object")
                : IsText(bytes.Span) ? null
                : new Violation(name, "holds half a surrogate pair, which is no text");
        }
        catch (JsonException)
        {
            return new Violation(name, "must be a JSON object, at most 64 levels deep, with no name twice");
        }
    }

    /// <summary>Escapes may spell what no text can hold.</summary>
    private static bool IsText(ReadOnlySpan<byte> json)
    {
        if (!json.Contains((byte)'\\'))
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private Violation? CheckRange(object value, string name)
    {
        // Written so that NaN is outside every range.
        var isInside = value is double or float
            ? IsInside(Convert.ToDouble(value, CultureInfo.InvariantCulture))
            : IsInside(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
        return isInside ? null : new Violation(name, Wanted());
    }

    private bool IsInside(double value) =>
        (!rules.HasMin || value >= rules.Min) && (!rules.HasMax || value <= rules.Max);

    private bool IsInside(decimal value) =>
        (!rules.HasMin || value >= rules.Min) && (!rules.HasMax || value <= rules.Max);

    private string Wanted() =>
        (rules.HasMin, rules.HasMax) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $"must be between {rules.Min} and {rules.Max}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"must be at least {rules.Min}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"must be at most {rules.Max}"),
        };
}
