using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.AwsS3.Objects;

/// <summary>Texts in headers that take printable ASCII only (RFC 2047).</summary>
internal static class EncodedWord
{
    private const string Start = "=?";
    private const string Utf8Base64 = "=?UTF-8?B?";
    private const string End = "?=";

    /// <summary>Writes a text so that <see cref="Decode"/> gives exactly it again.</summary>
    public static string Encode(string text) =>
        IsSafe(text) ? text : Utf8Base64 + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) + End;

    /// <summary>Reads a text; what is no encoded word stands for itself.</summary>
    public static string Decode(string header)
    {
        if (!header.StartsWith(Start, StringComparison.Ordinal) || !header.EndsWith(End, StringComparison.Ordinal))
        {
            return header;
        }

        var text = new StringBuilder();
        foreach (var word in header.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (DecodeWord(word) is not { } decoded)
            {
                return header;
            }

            text.Append(decoded);
        }

        return text.ToString();
    }

    /// <summary>Headers lose spaces at their ends, and signatures do not tell several in a row from one.</summary>
    private static bool IsSafe(string text) =>
        text.Length > 0
        && text.All(letter => letter is >= ' ' and <= '~')
        && text[0] != ' '
        && text[^1] != ' '
        && !text.Contains("  ", StringComparison.Ordinal)
        && !text.StartsWith(Start, StringComparison.Ordinal);

    private static string? DecodeWord(string word)
    {
        if (word.Split('?') is not ["=", var charset, var form, var content, "="])
        {
            return null;
        }

        try
        {
            var encoding = Encoding.GetEncoding(charset);
            return form.ToUpperInvariant() switch
            {
                "B" => encoding.GetString(Convert.FromBase64String(content)),
                "Q" => encoding.GetString(Quoted(content)),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[] Quoted(string content)
    {
        var bytes = new List<byte>(content.Length);
        for (var index = 0; index < content.Length; index++)
        {
            switch (content[index])
            {
                case '=' when index + 2 < content.Length:
                    bytes.Add(
                        byte.Parse(
                            content.AsSpan(index + 1, 2),
                            NumberStyles.AllowHexSpecifier,
                            CultureInfo.InvariantCulture
                        )
                    );
                    index += 2;
                    break;
                case '_':
                    bytes.Add((byte)' ');
                    break;
                default:
                    bytes.Add((byte)content[index]);
                    break;
            }
        }

        return [.. bytes];
    }
}
