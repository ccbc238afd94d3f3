using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>The checks of one field.</summary>
internal sealed class FieldCheck
{
    private const string WellKnownPackage = "google.protobuf";
    private const string Missing = "is required";

    private readonly FieldDescriptor _field;
    private readonly FieldRules _rules;
    private readonly ValueCheck _value;

    public FieldCheck(FieldDescriptor field, MessageChecks cache)
    {
        _field = field;
        _rules = RulesOf(field);
        _value = new ValueCheck(field.IsMap ? field.MessageType.FindFieldByNumber(2) : field, _rules, cache);
    }

    /// <summary>Whether anything about the field can be wrong.</summary>
    public static bool Concerns(FieldDescriptor field)
    {
        var rules = RulesOf(field);
        var value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
        return rules.Required
            || rules.HasMin
            || rules.HasMax
            || rules.MaxSize > 0
            || rules.JsonObject
            || value.FieldType == FieldType.Enum
            || (value.FieldType == FieldType.Message && value.MessageType.File.Package != WellKnownPackage);
    }

    public Violation? Run(IMessage message, string path)
    {
        var name = path.Length == 0 ? _field.JsonName : $"{path}.{_field.JsonName}";
        if (_field.HasPresence && !_field.Accessor.HasValue(message))
        {
            // A member of a oneof may be absent because another one is given.
            return _rules.Required && _field.RealContainingOneof is null ? new Violation(name, Missing) : null;
        }

        var value = _field.Accessor.GetValue(message);
        if (_rules.Required && FieldSize.IsEmpty(value))
        {
            return new Violation(name, Missing);
        }

        return value switch
        {
            IDictionary map => TooMany(name, map.Count) ?? CheckMap(map, name),
            IList list => TooMany(name, list.Count) ?? CheckList(list, name),
            // Without presence a zero is an absent value.
            _ => !_field.HasPresence && FieldSize.IsEmpty(value) ? null : _value.Run(value, name, checksSize: true),
        };
    }

    private Violation? TooMany(string name, int count) =>
        _rules.MaxSize > 0 && count > _rules.MaxSize
            ? new Violation(
                name,
                string.Create(CultureInfo.InvariantCulture, $"may have at most {_rules.MaxSize} items")
            )
            : null;

    private Violation? CheckList(IList list, string name)
    {
        if (!_value.IsNeeded)
        {
            return null;
        }

        for (var i = 0; i < list.Count; i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]");
            if (_value.Run(list[i], place, checksSize: false) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    private Violation? CheckMap(IDictionary map, string name)
    {
        if (!_value.IsNeeded)
        {
            return null;
        }

        foreach (DictionaryEntry entry in map)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{name}.{entry.Key}");
            if (_value.Run(entry.Value, place, checksSize: false) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    private static FieldRules RulesOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(OptionsExtensions.Field) ?? new FieldRules();
}
