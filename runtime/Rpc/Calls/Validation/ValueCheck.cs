using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>The checks of one value: of a field, or of an element of a list or map.</summary>
internal sealed class ValueCheck(FieldDescriptor descriptor, FieldRules rules, MessageChecks cache)
{
    private readonly FrozenSet<int>? _numbers =
        descriptor.FieldType == FieldType.Enum
            ? descriptor.EnumType.Values.Select(value => value.Number).ToFrozenSet()
            : null;

    /// <summary>An element can be wrong by itself.</summary>
    public bool IsNeeded =>
        rules.HasMin || rules.HasMax || _numbers is not null || descriptor.FieldType == FieldType.Message;

    public Violation? Run(object? value, string name, bool checksSize) =>
        value switch
        {
            null => null,
            IMessage message => cache.Of(message.Descriptor).Check(message, name),
            Enum or int when _numbers is not null => CheckEnum(value, name),
            string or ByteString => checksSize ? CheckSize(value, name) : null,
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
