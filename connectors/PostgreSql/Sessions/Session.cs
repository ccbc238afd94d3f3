using System.Globalization;
using Npgsql;

namespace Yyc3.Connectors.PostgreSql.Sessions;

/// <summary>One connection to the server. Used by one statement at a time.</summary>
internal sealed class Session(NpgsqlConnection connection, int generation, TimeProvider time)
{
    /// <summary>What a read-only transaction ends with: it is undone, and its session's locks, which outlive it, are given back.</summary>
    public static readonly IReadOnlyList<string> Undo = ["ROLLBACK", "SELECT pg_catalog.pg_advisory_unlock_all()"];

    /// <summary>
    /// What <c>DISCARD ALL</c> does, but for the prepared statements, which are the connector's own. It follows a commit: what
    /// is rolled back has changed no setting.
    /// </summary>
    public static readonly IReadOnlyList<string> Reset =
    [
        "SET SESSION AUTHORIZATION DEFAULT",
        "RESET ALL",
        "CLOSE ALL",
        "UNLISTEN *",
        "SELECT pg_catalog.pg_advisory_unlock_all()",
        "DISCARD SEQUENCES",
        "DISCARD TEMP",
    ];

    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(5);

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Which loss of the server it has survived.</summary>
    public int Generation { get; set; } = generation;

    /// <summary>When it was given back.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether it must not be used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether it was given up while something may still run on it.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Sees to it that nobody uses it again.</summary>
    public void Break() => IsBroken = true;

    /// <summary>Waits for the server, but not for one that is silent even when asked to stop.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="work">The call at Npgsql.</param>
    /// <param name="deadline">When it must end.</param>
    /// <returns>The answer.</returns>
    public ValueTask<T> AwaitAsync<T>(Task<T> work, SessionDeadline deadline) =>
        new(work.IsCompletedSuccessfully ? work : WaitAsync(work, deadline));

    /// <summary>Closes a reader, unless something was given up that is still reading.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>A task that completes when it is closed.</returns>
    public ValueTask CloseAsync(NpgsqlDataReader reader) =>
        IsAbandoned ? ValueTask.CompletedTask : reader.DisposeAsync();

    /// <summary>Runs a text of our own in a read-only transaction that is undone, and reads its first row.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bind">Adds its parameters.</param>
    /// <param name="columns">How many columns to read, as text.</param>
    /// <param name="deadline">When it must end.</param>
    /// <returns>The row, null where a column is; null when there is no row.</returns>
    public async ValueTask<string?[]?> ReadFirstRowAsync(
        string text,
        Action<NpgsqlParameterCollection>? bind,
        int columns,
        SessionDeadline deadline
    )
    {
        await using var batch = connection.CreateBatch();
        Add(batch, "BEGIN READ ONLY");
        bind?.Invoke(Add(batch, text).Parameters);
        Add(batch, Undo);
        var reader = await AwaitAsync(batch.ExecuteReaderAsync(deadline.Token), deadline);
        try
        {
            if (!await AwaitAsync(reader.ReadAsync(deadline.Token), deadline))
            {
                return null;
            }

            var row = new string?[columns];
            for (var column = 0; column < columns; column++)
            {
                row[column] = reader.GetValue(column) as string;
            }

            return row;
        }
        finally
        {
            await CloseAsync(reader);
        }
    }

    /// <summary>Ends a transaction: what it has done is stored.</summary>
    /// <param name="deadline">When it must end.</param>
    /// <returns>A task that completes when the server has confirmed it.</returns>
    public async ValueTask CommitAsync(SessionDeadline deadline)
    {
        await using var commit = connection.CreateBatch();
        Add(commit, "COMMIT");
        Add(commit, Reset);
        try
        {
            await using var done = await AwaitAsync(commit.ExecuteReaderAsync(deadline.Token), deadline);
        }
        catch (Exception) when (commit.BatchCommands[0].StatementType != StatementType.Unknown)
        {
            // Only the cleaning afterwards has failed; what is stored is stored.
            Break();
        }
    }

    /// <summary>
    /// Leaves a transaction whose statement has failed. Prepared statements are dropped too: Npgsql takes one for prepared that
    /// the server has parsed but refused to bind, and then misreads its answers (npgsql issue 6391). The codes that only a
    /// running statement can have are spared that.
    /// </summary>
    /// <param name="fault">What it has failed with.</param>
    /// <returns>A task that completes when it has.</returns>
    public async ValueTask RecoverAsync(Exception fault)
    {
        await UndoAsync();
        if (
            IsBroken
            || fault
                is PostgresException
                {
                    SqlState: PostgresErrorCodes.UniqueViolation
                        or PostgresErrorCodes.ForeignKeyViolation
                        or PostgresErrorCodes.ExclusionViolation
                }
        )
        {
            return;
        }

        using var limit = new SessionDeadline(time, LongestUndo, CancellationToken.None);
        try
        {
            // On a thread of its own: it blocks.
            await AwaitAsync(Task.Run(Unprepare, CancellationToken.None), limit);
        }
        catch (Exception)
        {
            IsBroken = true;
        }
    }

    /// <summary>Leaves a transaction that has been read or was stopped while it was read. A session where that fails is broken.</summary>
    /// <returns>A task that completes when it has.</returns>
    public async ValueTask UndoAsync()
    {
        if (IsBroken || connection.State != System.Data.ConnectionState.Open)
        {
            IsBroken = true;
            return;
        }

        using var limit = new SessionDeadline(time, LongestUndo, CancellationToken.None);
        try
        {
            await using var batch = connection.CreateBatch();
            Add(batch, Undo);
            var reader = await AwaitAsync(batch.ExecuteReaderAsync(limit.Token), limit);
            try
            {
                while (await AwaitAsync(reader.NextResultAsync(limit.Token), limit))
                {
                    // Nothing to read.
                }
            }
            finally
            {
                await CloseAsync(reader);
            }
        }
        catch (Exception)
        {
            IsBroken = true;
        }
    }

    public static NpgsqlBatchCommand Add(NpgsqlBatch batch, string text)
    {
        var command = new NpgsqlBatchCommand(text);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static void Add(NpgsqlBatch batch, IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            Add(batch, text);
        }
    }

    /// <summary>Adds the server's own limit for the statements that follow in the transaction.</summary>
    /// <param name="batch">Where to add it.</param>
    /// <param name="timeout">The limit; null for what the server's administrator has set.</param>
    public static void AddTimeout(NpgsqlBatch batch, TimeSpan? timeout) =>
        Add(
            batch,
            timeout is { } limit
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"SET LOCAL statement_timeout = {Math.Clamp(Math.Ceiling(limit.TotalMilliseconds), 1, int.MaxValue)}"
                )
                : "SET LOCAL statement_timeout TO DEFAULT"
        );

    private bool Unprepare()
    {
        connection.UnprepareAll();
        return true;
    }

    private async Task<T> WaitAsync<T>(Task<T> work, SessionDeadline deadline)
    {
        try
        {
            return await work.WaitAsync(deadline.Silent);
        }
        catch (OperationCanceledException silence) when (!work.IsCompleted)
        {
            IsBroken = true;
            IsAbandoned = true;
            throw deadline.Error(silence);
        }
    }
}
