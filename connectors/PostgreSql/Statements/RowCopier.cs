using System.Globalization;
using System.Text.Json;
using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>Inserts many rows by <c>COPY</c>, all or none; several times faster than one <c>INSERT</c> for each.</summary>
internal sealed class RowCopier(SessionPool pool, TimeProvider time)
{
    /// <summary>Characters collected before they are sent.</summary>
    private const int ChunkSize = 64 * 1024;

    /// <summary>Copies rows into a table.</summary>
    /// <param name="input">The action's input, checked against its schema.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    /// <returns>How many rows were sent.</returns>
    public async ValueTask<int> RunAsync(JsonElement input, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromMilliseconds(input.GetProperty("timeout").GetInt64());
        using var deadline = new SessionDeadline(time, timeout, cancellationToken);
        try
        {
            return await pool.UseAsync(
                deadline,
                session =>
                {
                    deadline.LeaveToServer(timeout);
                    return CopyAsync(session, input, timeout, deadline);
                }
            );
        }
        catch (Exception fault)
        {
            throw Name(PostgreSqlErrors.Map(fault, null, deadline));
        }
    }

    /// <summary>What is wrong with the input is wrong with the table, its columns or the rows: the server does not say which.</summary>
    private static Exception Name(Exception fault) =>
        fault is ConnectorException { Code: "INVALID_ARGUMENT", Field: null } unnamed
            ? new ConnectorException(
                unnamed.Kind,
                unnamed.Code,
                "cannot be copied: check the table, its columns and the types of the values",
                innerException: unnamed
            )
            {
                Field = "rows",
            }
            : fault;

    private static async ValueTask<int> CopyAsync(
        Session session,
        JsonElement input,
        TimeSpan timeout,
        SessionDeadline deadline
    )
    {
        await using (var begin = session.Connection.CreateBatch())
        {
            Session.Add(begin, "BEGIN");
            Session.AddTimeout(begin, timeout);
            await using var begun = await session.AwaitAsync(begin.ExecuteReaderAsync(deadline.Token), deadline);
        }

        var columns = input.GetProperty("columns").EnumerateArray().Select(Quote).ToList();
        var text = $"COPY {Table(input)} ({string.Join(", ", columns)}) FROM STDIN";
        var writer = await session.AwaitAsync(session.Connection.BeginTextImportAsync(text, deadline.Token), deadline);
        var count = await session.AwaitAsync(SendAsync(writer, input, columns.Count, deadline.Token), deadline);
        await session.CommitAsync(deadline);
        return count;
    }

    private static async Task<int> SendAsync(
        NpgsqlCopyTextWriter writer,
        JsonElement input,
        int columns,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        try
        {
            await using var lines = new StringWriter(CultureInfo.InvariantCulture);
            var buffer = lines.GetStringBuilder();
            foreach (var row in input.GetProperty("rows").EnumerateArray())
            {
                CopyLine.Write(lines, row, columns, string.Create(CultureInfo.InvariantCulture, $"rows[{count}]"));
                count++;
                if (buffer.Length >= ChunkSize)
                {
                    await writer.WriteAsync(buffer, cancellationToken);
                    buffer.Clear();
                }
            }

            await writer.WriteAsync(buffer, cancellationToken);
        }
        catch
        {
            // Closing it would store what came so far.
            await writer.CancelAsync();
            throw;
        }

        // On a thread of its own: Npgsql blocks until the server has stored the rows.
        await Task.Run(writer.Dispose, CancellationToken.None);
        return count;
    }

    private static string Table(JsonElement input) =>
        input.TryGetProperty("schema", out var schema)
            ? $"{Quote(schema)}.{Quote(input.GetProperty("table"))}"
            : Quote(input.GetProperty("table"));

    private static string Quote(JsonElement name) =>
        name.GetString()!.Contains('\0', StringComparison.Ordinal)
            ? throw ConnectorException.Invalid("table", "holds NUL")
            : $"\"{name.GetString()!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
