using System.Collections;
using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>What counts as empty, and how large a value is.</summary>
internal static class FieldSize
{
    /// <summary>False is a choice, so a boolean is never empty.</summary>
    public static bool IsEmpty(object? value) =>
        value switch
        {
            null => true,
            string text => text.Length == 0,
            ByteString bytes => bytes.IsEmpty,
            ICollection items => items.Count == 0,
            Enum or int or long or uint or ulong => Convert.ToDecimal(value, null) == 0,
            float or double => Convert.ToDouble(value, null) == 0,
            _ => false,
        };

    public static bool IsOver(int limit, object value) =>
        value switch
        {
            string text => text.Length > limit && text.EnumerateRunes().Count() > limit,
            ByteString bytes => bytes.Length > limit,
            _ => false,
        };
}
