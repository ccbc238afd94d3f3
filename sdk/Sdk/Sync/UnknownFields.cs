namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>What a sink does with fields that it has no place for.</summary>
public enum UnknownFields
{
    /// <summary>They are left out.</summary>
    Ignore,

    /// <summary>A place is made for them, such as a column.</summary>
    Add,

    /// <summary>The record is refused (<c>UNKNOWN_FIELD</c>).</summary>
    Fail,
}
