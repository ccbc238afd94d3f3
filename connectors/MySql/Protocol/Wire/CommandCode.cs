namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>First byte of a command packet.</summary>
internal enum CommandCode : byte
{
    Quit = 0x01,
    Query = 0x03,
    Ping = 0x0E,
    PrepareStatement = 0x16,
    ExecuteStatement = 0x17,
    CloseStatement = 0x19,
    ResetConnection = 0x1F,
}
