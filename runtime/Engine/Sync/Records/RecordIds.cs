using System.Text;

namespace Yyc3.Connectors.Runtime.Sync.Records;

/// <summary>What an id must be so that every database can keep it under an index.</summary>
internal static class RecordIds
{
    private const int MostBytes = 2048;
    private const int ShownCharacters = 200;

    /// <summary>What is wrong with an id; null when nothing is.</summary>
    public static string? Obstacle(string id) =>
        id.Length == 0 ? "is empty"
        : id.Contains('\0', StringComparison.Ordinal) ? "holds a null character"
        : Encoding.UTF8.GetByteCount(id) > MostBytes ? "is longer than 2048 bytes"
        : null;

    /// <summary>An id that nothing can keep, as people are shown it.</summary>
    public static string Shown(string id)
    {
        var visible = id.Replace('\0', '\uFFFD');
        return visible.Length > ShownCharacters ? visible[..ShownCharacters] + "…" : visible;
    }
}
