namespace Yyc3.Connectors.Sdk.Database;

/// <summary>
/// Rows as they come from the provider. Used by one thread at a time; disposing it before the end stops the query.
/// </summary>
public abstract class RowReader : IAsyncDisposable
{
    /// <summary>The columns, known before the first row.</summary>
    public abstract IReadOnlyList<DbColumn> Columns { get; }

    /// <summary>Goes to the next row.</summary>
    /// <param name="cancellationToken">Stops the query at the provider.</param>
    /// <returns>False after the last row.</returns>
    /// <exception cref="ConnectorException">The query failed meanwhile; <c>QUERY_TIMEOUT</c> when its time is over.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The reader was disposed before it came to the end: the rows read so far are not all.
    /// </exception>
    public abstract ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Reads a value of the current row.</summary>
    /// <param name="column">Position of the column, from 0.</param>
    /// <returns>The value.</returns>
    public abstract DbValue GetValue(int column);

    /// <summary>Ends the query and gives its connection back.</summary>
    /// <returns>A task that completes when both are done.</returns>
    public abstract ValueTask DisposeAsync();
}
