namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>The server sends more at once than may be held; the connection is of no use any more.</summary>
internal sealed class MySqlPacketTooLargeException() : Exception("A packet is longer than allowed.");
