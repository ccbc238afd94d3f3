using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.PostgreSql.Statements;

namespace Yyc3.Connectors.PostgreSql.Records;

/// <summary>
/// Inserts rows by <c>COPY</c> when none of their keys is there: less than half the server's work for rows that may be there.
/// Thread-safe.
/// </summary>
internal sealed class NewRowCopier(SessionPool pool, TimeProvider time)
{
    /// <summary>Tables whose server refuses <c>COPY</c> whatever the rows are, such as those with policies for rows.</summary>
    private readonly ConcurrentDictionary<string, bool> _refusing = new(StringComparer.Ordinal);

    /// <summary>Copies rows, all or none.</summary>
    /// <param name="table">The table, quoted.</param>
    /// <param name="columns">Its columns, quoted.</param>
    /// <param name="there">Counts the rows that are there; its parameters are <paramref name="keys"/>.</param>
    /// <param name="keys">The texts of each column of the key.</param>
    /// <param name="rows">Makes the rows, once none of them is there; null when they cannot be copied.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    /// <returns>False when some are there, or one cannot be copied or is refused: nothing is stored then.</returns>
    public async ValueTask<bool> TryAsync(
        string table,
        IEnumerable<string> columns,
        string there,
        IReadOnlyList<ReadOnlyMemory<byte>?[]> keys,
        Func<NewRows?> rows,
        CancellationToken cancellationToken
    )
    {
        if (_refusing.ContainsKey(table))
        {
            return false;
        }

        using var deadline = new SessionDeadline(time, timeout: null, cancellationToken);
        try
        {
            var text = $"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT binary)";
            return await pool.UseAsync(deadline, session => CopyAsync(session, there, keys, text, rows, deadline));
        }
        catch (PostgresException refusal) when (!deadline.IsOver)
        {
            if (
                refusal.SqlState.StartsWith("0A", StringComparison.Ordinal)
                || refusal.SqlState.StartsWith("42", StringComparison.Ordinal)
            )
            {
                _refusing[table] = true;
            }

            return false;
        }
        catch (Exception fault)
        {
            throw PostgreSqlErrors.Map(fault, null, deadline);
        }
    }

    private static async ValueTask<bool> CopyAsync(
        Session session,
        string there,
        IReadOnlyList<ReadOnlyMemory<byte>?[]> keys,
        string text,
        Func<NewRows?> rows,
        SessionDeadline deadline
    )
    {
        var made = await CountAsync(session, there, keys, deadline) == 0 ? rows() : null;
        if (made is null)
        {
            await session.UndoAsync();
            return false;
        }

        var stream = await session.AwaitAsync(
            session.Connection.BeginRawBinaryCopyAsync(text, deadline.Token),
            deadline
        );
        await session.AwaitAsync(SendAsync(stream, made, deadline.Token), deadline);
        await session.CommitAsync(deadline);
        return true;
    }

    private static async ValueTask<long> CountAsync(
        Session session,
        string there,
        IReadOnlyList<ReadOnlyMemory<byte>?[]> keys,
        SessionDeadline deadline
    )
    {
        await using var batch = session.Connection.CreateBatch();
        Session.Add(batch, "BEGIN");
        var count = Session.Add(batch, there);
        foreach (var key in keys)
        {
            count.Parameters.Add(CheckedStatement.ListOf(key));
        }

        var reader = await session.AwaitAsync(batch.ExecuteReaderAsync(deadline.Token), deadline);
        try
        {
            await session.AwaitAsync(reader.ReadAsync(deadline.Token), deadline);
            return Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture);
        }
        finally
        {
            await session.CloseAsync(reader);
        }
    }

    /// <summary>
    /// Sends the rows and gives their memory back, here and nowhere else: a sending that nobody waits for any more still reads it.
    /// </summary>
    private static async Task<bool> SendAsync(
        NpgsqlRawCopyStream stream,
        NewRows rows,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await stream.WriteAsync(rows.Bytes, cancellationToken);
        }
        catch
        {
            // Closing it would store what came so far.
            await stream.CancelAsync();
            throw;
        }
        finally
        {
            rows.Dispose();
        }

        await stream.DisposeAsync();
        return true;
    }
}
