namespace Yyc3.Connectors.Sqlite;

/// <summary>What a column's declaration adds to the storage classes of the engine.</summary>
internal enum DeclaredType
{
    /// <summary>Nothing: the storage class decides.</summary>
    None,

    /// <summary>0 and 1 are false and true.</summary>
    Boolean,

    /// <summary>Text holds an exact number.</summary>
    Decimal,

    /// <summary>ISO text holds a moment.</summary>
    Timestamp,

    /// <summary>Text holds JSON.</summary>
    Json,
}
