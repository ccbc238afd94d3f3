namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Which objects to list.</summary>
public sealed record ListOptions
{
    /// <summary>Folder without leading slash, ending in one unless empty: <c>documents/2026/</c>. Empty lists from the top.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>All levels below; otherwise the direct children that are objects.</summary>
    public bool Recursive { get; init; }

    /// <summary>Most objects in the page, 1 to 1000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Where to go on: <see cref="ObjectPage.NextCursor"/> of the page before; null to start.</summary>
    public string? Cursor { get; init; }
}
