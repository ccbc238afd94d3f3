namespace Yyc3.Connectors.Runtime.Storage;

/// <summary>
/// Finds paths that turn into other ones when somebody on the way to the provider decodes them once more, folds characters to
/// their plain forms or trims blanks.
/// </summary>
internal static class PathDisguise
{
    /// <summary>More layers of encoding than this are nobody's mistake.</summary>
    private const int MostLayers = 5;

    public static bool IsIn(string key)
    {
        for (var layer = 0; layer < MostLayers; layer++)
        {
            if (HasDotPart(key))
            {
                return true;
            }

            var decoded = Decode(key);
            if (decoded.Length == key.Length)
            {
                return false;
            }

            if (Structure(decoded) > Structure(key))
            {
                return true;
            }

            key = decoded;
        }

        return true;
    }

    private static bool HasDotPart(string key) =>
        key.Split('/', '\\', '\uFF0F', '\u2044', '\u2215', '\uFF3C', '\uFE68', '\u29F8', '\u29F5')
            .Select(part => part.Trim())
            .Any(part => part.Length is 1 or 2 && part.All(IsDot));

    /// <summary>Full stop, and what compatibility folding makes one of.</summary>
    private static bool IsDot(char c) => c is '.' or '\uFF0E' or '\u2024' or '\uFE52' or '\u2025';

    private static int Structure(string key) => key.Count(c => c is '/' or '\\' || char.IsControl(c));

    /// <summary>Takes every %XX for a character of its own, as a careless decoder does, overlong forms of UTF-8 included.</summary>
    private static string Decode(string key) =>
        !key.Contains('%', StringComparison.Ordinal)
            ? key
            : Uri.UnescapeDataString(
                key.Replace("%c0%ae", ".", StringComparison.OrdinalIgnoreCase)
                    .Replace("%c0%af", "/", StringComparison.OrdinalIgnoreCase)
                    .Replace("%c1%9c", "\\", StringComparison.OrdinalIgnoreCase)
                    .Replace("%e0%80%ae", ".", StringComparison.OrdinalIgnoreCase)
                    .Replace("%e0%80%af", "/", StringComparison.OrdinalIgnoreCase)
                    .Replace("%u002e", ".", StringComparison.OrdinalIgnoreCase)
                    .Replace("%u002f", "/", StringComparison.OrdinalIgnoreCase)
                    .Replace("%u005c", "\\", StringComparison.OrdinalIgnoreCase)
            );
}
