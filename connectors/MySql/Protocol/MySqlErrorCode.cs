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

    /// <summary>Whether the server ends the session with this error.</summary>
    /// <param name="number">The error.</param>
    /// <returns>True when the connection is of no use any more.</returns>
    public static bool EndsSession(int number) =>
        number
            is 1053 // shutdown in progress
                or 1077 // normal shutdown
                or (>= 1152 and <= 1161) // aborted, packet too large, network errors
                or 1184 // aborted connection
                or 1927 // connection was killed
                or 3032 // server moved to the offline mode
                or 4031; // idle for too long
}
