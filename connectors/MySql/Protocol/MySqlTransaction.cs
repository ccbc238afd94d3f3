namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>A transaction; one that is not committed is rolled back when the connection goes back to its pool.</summary>
/// <param name="connection">Its connection.</param>
internal sealed class MySqlTransaction(MySqlConnection connection)
{
    private const string Ending = "COMMIT";

    /// <summary>
    /// Ends a reading transaction in the same write as the command it is for. The server does not tell that a function has
    /// taken a lock by name, so those are released, too.
    /// </summary>
    public static IReadOnlyList<string> ReadEnding { get; } = [Ending, "DO RELEASE_ALL_LOCKS()"];

    /// <summary>The same for a server that cannot release all locks.</summary>
    public static IReadOnlyList<string> PlainReadEnding { get; } = [Ending];

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
