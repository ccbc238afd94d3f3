namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>Which page to read.</summary>
/// <param name="Resource">Name of the resource.</param>
public sealed record RecordQuery(string Resource)
{
    /// <summary>All records or changes.</summary>
    public RecordReading Reading { get; init; }

    /// <summary>
    /// Where to go on: the cursor of the page before, or the position to read changes from. Null begins to read all.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>Most records in the page, 1 to 10 000.</summary>
    public int Limit { get; init; } = 100;
}
