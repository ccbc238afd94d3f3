namespace Yyc3.Connectors.MySql.Protocol.Values;

/// <summary>What the server adds to the type of a column; only what is used here.</summary>
[Flags]
internal enum ColumnFlags : ushort
{
    None = 0,
    Unsigned = 1 << 5,
    Enumeration = 1 << 8,
    Set = 1 << 11,
}
