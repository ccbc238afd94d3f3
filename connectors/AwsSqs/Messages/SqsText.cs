using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>What the service takes as text: the characters of XML 1.0.</summary>
internal static class SqsText
{
    private const int LongestId = 128;
    private const int LongestAttributeName = 256;

    private static readonly SearchValues<byte> Controls = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Except([0x09, 0x0A, 0x0D]).Select(value => (byte)value),
    ]);

    private static readonly SearchValues<char> AttributeNameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."
    );

    /// <summary>Whether bytes are UTF-8 of allowed characters only, which therefore come back unchanged.</summary>
    public static bool IsAllowed(ReadOnlySpan<byte> utf8) =>
        !utf8.ContainsAny(Controls)
        && Utf8.IsValid(utf8)
        && utf8.IndexOf("\uFFFE"u8) < 0
        && utf8.IndexOf("\uFFFF"u8) < 0;

    /// <summary>Whether a text is whole Unicode of allowed characters only.</summary>
    public static bool IsAllowed(string text) => IsUnicode(text) && IsAllowed(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether a text has no half of a pair of surrogates, which JSON would replace.</summary>
    public static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0; )
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    /// <summary>Whether a text can be the id of a group or of a repeat: printable ASCII.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= LongestId && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Whether a header's name can be an attribute's.</summary>
    public static bool IsAttributeName(string name) =>
        name.Length is > 0 and <= LongestAttributeName
        && !name.AsSpan().ContainsAnyExcept(AttributeNameCharacters)
        && !name.StartsWith('.')
        && !name.EndsWith('.')
        && !name.Contains("..", StringComparison.Ordinal)
        && !name.StartsWith("aws.", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("amazon.", StringComparison.OrdinalIgnoreCase);
}
