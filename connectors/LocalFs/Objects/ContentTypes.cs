using Microsoft.AspNetCore.StaticFiles;

namespace Yyc3.Connectors.LocalFs.Objects;

/// <summary>Media types of files that were never uploaded.</summary>
internal static class ContentTypes
{
    private static readonly FileExtensionContentTypeProvider Known = new();

    public static string Of(string name) =>
        Known.TryGetContentType(name, out var type) ? type : "application/octet-stream";
}
