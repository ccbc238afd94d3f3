using System.Globalization;

namespace Yyc3.Connectors.MySql.Statements;

/// <summary>
/// Texts that are exactly an ISO 8601 instant: a date, <c>T</c>, a time and <c>Z</c> or an offset. A DATETIME takes them without
/// the last part only.
/// </summary>
internal static class IsoInstant
{
    private const int ShortestText = 17;
    private const int LongestText = 35;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>Reads one.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="instant">The moment.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return text.Length is >= ShortestText and <= LongestText
            && text[10] == 'T'
            && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParseExact(
                text,
                Formats,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out instant
            );
    }

    /// <summary>Whether it names an offset, which the server would not heed.</summary>
    /// <param name="text">An instant.</param>
    /// <returns>False for UTC.</returns>
    public static bool HasOffset(string text) => text[^1] != 'Z';
}
