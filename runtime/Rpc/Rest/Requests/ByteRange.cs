using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>The header Range as the field <c>range</c> of a request.</summary>
internal static class ByteRange
{
    public const string Field = "range";

    private const string Unit = "bytes=";

    /// <summary>Several ranges, other units and what cannot be read are ignored, as HTTP asks.</summary>
    public static void Apply(HttpRequest request, IMessage message)
    {
        var type = message.Descriptor;
        // Whether If-Range still holds is known too late; the whole content is a right answer to it.
        if (
            type.FindFieldByName(Field) is not { FieldType: FieldType.Message } field
            || request.Headers.IfRange.Count > 0
        )
        {
            return;
        }

        var (first, last, suffix) = Parse(request.Headers.Range.ToString());
        if ((first ?? suffix) is null)
        {
            return;
        }

        var range = field.MessageType.Parser.ParseFrom([]);
        Set(range, "first", first);
        Set(range, "last", last);
        Set(range, "suffix_length", suffix);
        field.Accessor.SetValue(message, range);
    }

    private static (long? First, long? Last, long? Suffix) Parse(string text)
    {
        if (!text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return default;
        }

        var range = text.AsSpan(Unit.Length).Trim();
        var dash = range.IndexOf('-');
        if (dash < 0)
        {
            return default;
        }

        var left = range[..dash];
        var right = range[(dash + 1)..];
        if (left.IsEmpty)
        {
            return Number(right) is { } length ? (null, null, length) : default;
        }

        if (Number(left) is not { } first || (!right.IsEmpty && Number(right) is null))
        {
            return default;
        }

        var last = Number(right);
        return last < first ? default : (first, last, null);
    }

    private static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Set(IMessage range, string name, long? value)
    {
        if (value is { } number)
        {
            range.Descriptor.FindFieldByName(name)?.Accessor.SetValue(range, number);
        }
    }
}
