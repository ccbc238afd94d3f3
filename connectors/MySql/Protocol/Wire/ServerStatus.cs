namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>What the server tells about the session with every answer.</summary>
[Flags]
internal enum ServerStatus : ushort
{
    None = 0,
    InTransaction = 1,
    MoreResults = 8,
}
