namespace Yyc3.Connectors.Rpc.Rest;

/// <summary>Fields hold entity tags bare; HTTP headers hold them in quotes.</summary>
internal static class EntityTags
{
    public static bool IsCondition(string header) =>
        header.Equals("If-Match", StringComparison.OrdinalIgnoreCase)
        || header.Equals("If-None-Match", StringComparison.OrdinalIgnoreCase);

    public static string Quote(string tag) =>
        tag.StartsWith('"') || tag.StartsWith("W/\"", StringComparison.Ordinal) ? tag : $"\"{tag}\"";

    /// <summary>Only a single tag loses its quotes; a list stays as it is.</summary>
    public static string Unquote(string tag)
    {
        var bare = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        return bare.Length > 1 && bare[0] == '"' && bare.IndexOf('"', 1) == bare.Length - 1 ? bare[1..^1] : tag;
    }
}
