using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>
/// A piece of the log, decoded once by the server and kept there, on disk if it is large, behind a cursor of one connection.
/// Reading it consumes nothing. Used by one call at a time.
/// </summary>
internal sealed class LogWindow : IAsyncDisposable
{
    private const int FetchSize = 5000;
    private static readonly string Fetch = $"FETCH FORWARD {FetchSize} FROM yyc3_changes";

    private readonly LogRange _range;
    private readonly LogDecoder _decoder;
    private readonly KeptSession _kept;
    private readonly Queue<LogStep> _steps = [];
    private bool _isComplete;

    private LogWindow(LogRange range, LogDecoder decoder, KeptSession kept) =>
        (_range, _decoder, _kept, Position) = (range, decoder, kept, range.Begin);

    /// <summary>Every transaction whose commit lies before this is in it.</summary>
    public ulong End => _range.End;

    /// <summary>The log ended there when it was decoded.</summary>
    public bool IsLast => _range.IsLast;

    /// <summary>Where whoever reads has come to.</summary>
    public LogPosition Position { get; private set; }

    /// <summary>The step that led to the position was seen, unless the position lies between transactions.</summary>
    public bool HasMet { get; private set; }

    /// <summary>The rest was given up; it can be decoded again.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Decodes the log from where the slot stands.</summary>
    /// <param name="range">Until where, and what to leave out.</param>
    /// <param name="decoder">Understands the log.</param>
    /// <param name="pool">Connections.</param>
    /// <param name="time">The clock.</param>
    /// <param name="deadline">When it must be done.</param>
    /// <returns>The window.</returns>
    public static async Task<LogWindow> OpenAsync(
        LogRange range,
        LogDecoder decoder,
        SessionPool pool,
        TimeProvider time,
        SessionDeadline deadline
    )
    {
        var session = await pool.RentAsync(deadline);
        try
        {
            // It outlives its transaction, so that it keeps no old rows from being cleaned away. All that the server has to
            // decode, it decodes at the commit. A utility statement takes no parameters, and a name holds nothing to quote.
            await RunAsync(
                session,
                [
                    "BEGIN READ ONLY",
                    "DECLARE yyc3_changes NO SCROLL CURSOR WITH HOLD FOR SELECT data FROM pg_logical_slot_peek_binary_changes("
                        + $"'{range.Name}', '{LogPosition.FormatLsn(range.End)}', NULL, 'proto_version', '1', "
                        + $"'publication_names', '{range.Name}')",
                    "COMMIT",
                ],
                null,
                deadline
            );
        }
        catch (Exception fault)
        {
            await session.RecoverAsync(fault);
            await pool.ReturnAsync(session);
            throw;
        }

        return new LogWindow(range, decoder, new KeptSession(pool, session, time));
    }

    /// <summary>Looks at the next step behind <see cref="Position"/>.</summary>
    /// <param name="deadline">When it must be done.</param>
    /// <returns>The step; null when there is no more, or when the connection was needed elsewhere (<see cref="IsCut"/>).</returns>
    public async ValueTask<LogStep?> PeekAsync(SessionDeadline deadline)
    {
        while (true)
        {
            while (_steps.TryPeek(out var step))
            {
                if (step.After > Position)
                {
                    return step;
                }

                HasMet |= step.After == Position;
                _steps.Dequeue();
            }

            if (_isComplete || !await FetchAsync(deadline))
            {
                return null;
            }
        }
    }

    /// <summary>Takes the step that was looked at.</summary>
    /// <param name="step">The step.</param>
    public void Take(LogStep step)
    {
        _steps.Dequeue();
        Position = step.After;
        HasMet = true;
    }

    public ValueTask DisposeAsync() => _kept.DisposeAsync();

    private static async Task<int> RunAsync(
        Session session,
        IReadOnlyList<string> texts,
        Action<NpgsqlDataReader>? take,
        SessionDeadline deadline
    )
    {
        await using var batch = session.Connection.CreateBatch();
        Session.Add(batch, texts);
        var reader = await session.AwaitAsync(batch.ExecuteReaderAsync(deadline.Token), deadline);
        try
        {
            var rows = 0;
            do
            {
                while (take is not null && await session.AwaitAsync(reader.ReadAsync(deadline.Token), deadline))
                {
                    take(reader);
                    rows++;
                }
            } while (await session.AwaitAsync(reader.NextResultAsync(deadline.Token), deadline));

            return rows;
        }
        finally
        {
            await session.CloseAsync(reader);
        }
    }

    private async Task<bool> FetchAsync(SessionDeadline deadline)
    {
        if (_kept.Enter() is not { } session)
        {
            IsCut = true;
            return false;
        }

        try
        {
            _isComplete =
                await RunAsync(
                    session,
                    [Fetch],
                    reader => _decoder.Read(reader.GetFieldValue<byte[]>(0), _steps),
                    deadline
                ) < FetchSize;
        }
        catch (Exception fault)
        {
            await session.RecoverAsync(fault);
            throw;
        }
        finally
        {
            _kept.Leave();
        }

        if (_isComplete)
        {
            await _kept.DisposeAsync();
        }

        return true;
    }
}
