namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Sorts content types.</summary>
internal static class Media
{
    /// <summary>An absent content type means JSON.</summary>
    public static MediaKind KindOf(string contentType)
    {
        var type = contentType.AsSpan();
        if (type.IndexOf(';') is >= 0 and var end)
        {
            type = type[..end];
        }

        type = type.Trim();
        if (
            type.IsEmpty
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
        )
        {
            return MediaKind.Json;
        }

        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? MediaKind.Text : MediaKind.Binary;
    }
}
