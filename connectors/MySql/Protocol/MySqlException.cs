namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>An error that the server has reported.</summary>
/// <param name="number">Its number, such as 1062.</param>
/// <param name="sqlState">Five characters of the SQL standard.</param>
/// <param name="message">The server's words, for the log only: they quote values.</param>
internal sealed class MySqlException(int number, string sqlState, string message)
    : Exception($"MySQL error {number} ({sqlState}): {message}")
{
    public int Number => number;

    public string SqlState => sqlState;
}
