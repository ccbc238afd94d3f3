namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>A transaction; one that is not committed is rolled back when the connection goes back to its pool.</summary>
/// <param name="connection">Its connection.</param>
internal sealed class MySqlTransaction(MySqlConnection connection)
{
    /// <summary>Ends a reading transaction in the same write as the command it is for.</summary>
    public const string Ending = "COMMIT";

    /// <summary>Makes its changes last.</summary>
    /// <returns>A task that completes when they do.</returns>
    /// <exception cref="MySqlException">The server refuses; they are rolled back.</exception>
    public async Task CommitAsync()
    {
        connection.Enqueue(Ending);
        try
        {
            if (await connection.FlushAsync() is { } failure)
            {
                throw failure;
            }
        }
        catch (Exception error) when (error is not MySqlException)
        {
            connection.MarkBroken();
            throw;
        }
    }
}
