namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>Error numbers that the client itself must know.</summary>
internal static class MySqlErrorCode
{
    public const int PacketTooLarge = 1153;
    public const int NotPreparable = 1295;
    public const int QueryInterrupted = 1317;
    public const int MaxExecutionTimeExceeded = 3024;
    public const int MaxStatementTimeExceeded = 1969;
    public const int NoSuchThread = 1094;
    public const int WrongValue = 1292;
}
