namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>A kind of records, such as <c>files</c> or a table.</summary>
/// <param name="Name">Its name, unique in the source.</param>
public sealed record RecordResource(string Name)
{
    /// <summary>The fields that make the id, in order; empty when the id is no field.</summary>
    public IReadOnlyList<string> KeyFields { get; init; } = [];

    /// <summary>Changes can be read by themselves; otherwise each run looks through all records.</summary>
    public bool TellsChanges { get; init; }

    /// <summary>Reading changes also tells of deletions; otherwise they are found by looking through all records.</summary>
    public bool TellsDeletions { get; init; }

    /// <summary>Records have content.</summary>
    public bool HasContent { get; init; }
}
