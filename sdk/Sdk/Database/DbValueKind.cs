namespace Yyc3.Connectors.Sdk.Database;

/// <summary>What a <see cref="DbValue"/> holds.</summary>
public enum DbValueKind : byte
{
    /// <summary>No value.</summary>
    Null = 0,

    /// <summary>True or false.</summary>
    Boolean = 1,

    /// <summary>64-bit integer.</summary>
    Int64 = 2,

    /// <summary>64-bit floating point.</summary>
    Double = 3,

    /// <summary>Exact number as text: <c>-12.50</c>.</summary>
    Decimal = 4,

    /// <summary>Text.</summary>
    String = 5,

    /// <summary>Bytes.</summary>
    Bytes = 6,

    /// <summary>A moment, UTC.</summary>
    Timestamp = 7,

    /// <summary>JSON as text.</summary>
    Json = 8,
}
