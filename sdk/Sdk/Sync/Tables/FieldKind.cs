namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>What the values of a new column are.</summary>
public enum FieldKind
{
    /// <summary>Texts, and whatever nothing is known of.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Whole numbers of 64 bits.</summary>
    Integer,

    /// <summary>Other numbers.</summary>
    Number,

    /// <summary>Objects or lists.</summary>
    Json,
}
