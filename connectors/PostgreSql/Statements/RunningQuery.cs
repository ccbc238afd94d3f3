using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.PostgreSql.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>A query that the server is working on, positioned before its first row.</summary>
internal sealed class RunningQuery
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMilliseconds(10);

    private readonly IAsyncDisposable _command;
    private readonly bool _isText;

    /// <summary>Takes a query over.</summary>
    /// <param name="statement">What is running.</param>
    /// <param name="command">Npgsql's command or batch.</param>
    /// <param name="reader">Its reader.</param>
    /// <param name="isText">Whether every column comes as text, and the transaction is still open after the last row.</param>
    public RunningQuery(CheckedStatement statement, IAsyncDisposable command, NpgsqlDataReader reader, bool isText)
    {
        (Statement, _command, Reader, _isText) = (statement, command, reader, isText);
        Types = new uint[reader.FieldCount];
        for (var column = 0; column < Types.Length; column++)
        {
            Types[column] = reader.GetDataTypeOID(column);
        }
    }

    public CheckedStatement Statement { get; }

    public NpgsqlDataReader Reader { get; }

    /// <summary>Object id of each column's type.</summary>
    public uint[] Types { get; }

    /// <summary>Reads the current row.</summary>
    /// <param name="row">Filled.</param>
    public void ReadRow(DbValue[] row)
    {
        for (var column = 0; column < row.Length; column++)
        {
            row[column] = _isText
                ? TextColumns.Read(Reader, column, Types[column])
                : BinaryColumns.Read(Reader, column, Types[column]);
        }
    }

    /// <summary>Ends a query whose last row has been read.</summary>
    /// <param name="session">Its connection.</param>
    /// <param name="deadline">When it must end.</param>
    /// <returns>A task that completes when the connection is clean.</returns>
    public async ValueTask EndAsync(Session session, SessionDeadline deadline)
    {
        if (_isText)
        {
            await DisposeAsync();
            await session.UndoAsync();
            return;
        }

        while (await session.AwaitAsync(Reader.NextResultAsync(deadline.Token), deadline))
        {
            // The answers to what follows the query.
        }

        await DisposeAsync();
    }

    /// <summary>
    /// Stops a query early. Few rows that are on their way are read, which is cheaper than asking the server to stop.
    /// </summary>
    /// <param name="session">Its connection; undo its transaction afterwards.</param>
    /// <param name="time">The clock.</param>
    /// <returns>A task that completes when the server has stopped.</returns>
    public async ValueTask StopAsync(Session session, TimeProvider time)
    {
        if (session.IsBroken)
        {
            return;
        }

        // Stopped as asked; whether the connection survived is for its undoing to find out.
        using var stop = new SessionDeadline(time, LongestDrain, CancellationToken.None);
        await DrainAsync(session, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!session.IsAbandoned)
        {
            await DisposeAsync();
        }
    }

    private async Task DrainAsync(Session session, SessionDeadline stop)
    {
        while (await session.AwaitAsync(Reader.ReadAsync(stop.Token), stop))
        {
            // Dropped.
        }

        await session.AwaitAsync(CloseAsync(), stop);
    }

    /// <summary>Closes it without the failure of a query that nobody reads any more.</summary>
    private async Task DisposeAsync() =>
        await ((Task)CloseAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<bool> CloseAsync()
    {
        await Reader.DisposeAsync();
        await _command.DisposeAsync();
        return true;
    }
}
