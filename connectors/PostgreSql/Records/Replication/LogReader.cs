using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.PostgreSql.Statements;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>
/// Reads from the server's log which keys of a table have changed. What one page leaves of a window waits for the next page;
/// when that begins elsewhere, or never comes, nothing is lost but the decoding. One call at a time.
/// </summary>
internal sealed class LogReader(
    RecordTable table,
    string name,
    ReplicationCatalog catalog,
    SessionPool pool,
    TimeProvider time
) : IAsyncDisposable
{
    /// <summary>The slot follows at this distance: advancing it is work for the server too.</summary>
    private const ulong SlotDistance = 1 << 20;

    /// <summary>What is decoded at once of a long log.</summary>
    private const ulong WindowSize = 16 << 20;

    private LogWindow? _window;
    private string _origin = "";

    /// <summary>Reads a page.</summary>
    /// <param name="cursor">Where it begins; all before is durable elsewhere.</param>
    /// <param name="key">The columns that make the id.</param>
    /// <param name="limit">Most keys.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The page.</returns>
    public async Task<LogPage> ReadAsync(
        LogCursor cursor,
        IReadOnlyList<string> key,
        int limit,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new SessionDeadline(time, null, cancellationToken);
        var page = new LogPage(limit);
        try
        {
            var position = cursor.Position;
            while (true)
            {
                if (_window?.Position != position || cursor.Origin != _origin)
                {
                    await CloseAsync();
                    _window = await OpenAsync(cursor, position, key, deadline, cancellationToken);
                    _origin = cursor.Origin;
                }

                if (await FillAsync(page, _window, deadline))
                {
                    return page;
                }

                // The connection was needed elsewhere; the rest is decoded again.
                position = _window.Position;
                await CloseAsync();
            }
        }
        catch (Exception fault)
        {
            await CloseAsync();
            var error = PostgreSqlErrors.Map(fault, null, deadline);
            throw error is ConnectorException refused && ReplicationFaults.IsLoss(refused)
                ? ReplicationFaults.Lost("The replication slot or its publication is gone.", error)
                : error;
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    /// <summary>Fills a page.</summary>
    /// <returns>False when the rest of the window was given up before the page was full.</returns>
    private async Task<bool> FillAsync(LogPage page, LogWindow window, SessionDeadline deadline)
    {
        while (await window.PeekAsync(deadline) is { } step)
        {
            CheckMet(window);
            if (step.Kind == LogStepKind.Gap)
            {
                throw ReplicationFaults.Lost("The table was emptied at once, or its key has changed.");
            }

            if (!page.Add(step))
            {
                page.EndAt(window.Position, hasMore: true);
                return true;
            }

            window.Take(step);
        }

        if (window.IsCut)
        {
            return false;
        }

        CheckMet(window);
        var end = new LogPosition(window.End, 0);
        page.EndAt(window.Position > end ? window.Position : end, hasMore: !window.IsLast);
        await CloseAsync();
        return true;
    }

    /// <summary>Who goes on inside a transaction must find it again.</summary>
    private static void CheckMet(LogWindow window)
    {
        if (window.Position.Count > 0 && !window.HasMet)
        {
            throw ReplicationFaults.Lost("The transaction that was being read is not in the server's log any more.");
        }
    }

    private async Task<LogWindow> OpenAsync(
        LogCursor cursor,
        LogPosition position,
        IReadOnlyList<string> key,
        SessionDeadline deadline,
        CancellationToken cancellationToken
    )
    {
        var state = await catalog.LookAsync(table.Table, key, name, cancellationToken);
        ReplicationRequirements.Check(table.Resource, key, state);
        CheckReadable(cursor, state);

        // Only the cursor says what is durable.
        var durable = cursor.Position.Lsn;
        if (durable - state.Confirmed > SlotDistance)
        {
            await catalog.AdvanceSlotAsync(name, durable, cancellationToken);
        }

        // What lies between restart and position is decoded each time, so that much more of it is no longer work.
        var size = Math.Max(WindowSize, position.Lsn - Math.Min(position.Lsn, state.Restart));
        var end = state.End - position.Lsn > size ? position.Lsn + size : state.End;
        Task<LogWindow> DecodeAsync() =>
            LogWindow.OpenAsync(
                new LogRange(name, position, end, end == state.End),
                new LogDecoder(state.Table, key),
                pool,
                time,
                deadline
            );
        try
        {
            return await DecodeAsync();
        }
        catch (PostgresException fault)
            when (fault.SqlState == PostgresErrorCodes.UndefinedObject && durable > state.Confirmed)
        {
            // The publication is younger than what the slot would tell first, which the cursor does not need.
            await catalog.AdvanceSlotAsync(name, durable, cancellationToken);
            return await DecodeAsync();
        }
    }

    private static void CheckReadable(LogCursor cursor, ReplicationState state)
    {
        if (!state.HasSlot || !state.IsOurSlot)
        {
            throw ReplicationFaults.Lost("The replication slot is gone.");
        }

        if (state.IsSlotLost)
        {
            throw ReplicationFaults.Lost(
                "The server has given the replication slot up: it had kept too much of its log."
            );
        }

        if (!state.IsPublished || !string.Equals(cursor.Origin, state.Origin, StringComparison.Ordinal))
        {
            throw ReplicationFaults.Lost("The server, the table, its key or its publication is not the one it was.");
        }

        if (cursor.Position.Lsn < state.Confirmed)
        {
            throw ReplicationFaults.Lost("The replication slot was made anew, or somebody else has read from it.");
        }

        if (cursor.Position.Lsn > state.End)
        {
            throw ReplicationFaults.Lost("The server's log ends before the cursor: an older state was restored.");
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_window is { } window)
        {
            _window = null;
            await window.DisposeAsync();
        }
    }
}
