using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>Runs writing statements in one transaction. They are sent ahead of their answers, a few hundred at a time.</summary>
internal sealed class CommandRunner(SessionPool pool, TimeProvider time)
{
    private const int ChunkSize = 256;
    private const int MostStalePlans = 3;

    private readonly GeneratedKeys _keys = new();

    /// <summary>Runs all statements, or none.</summary>
    /// <param name="statements">At least one.</param>
    /// <param name="cancellationToken">Stops them; everything is rolled back.</param>
    /// <returns>One result per statement.</returns>
    public async ValueTask<ExecuteResult[]> RunAsync(CheckedStatement[] statements, CancellationToken cancellationToken)
    {
        // The first statement's time includes the waiting for a connection.
        using var deadline = new SessionDeadline(time, statements[0].Timeout, cancellationToken);
        var run = new CommandRun(statements);
        try
        {
            return await pool.UseAsync(
                deadline,
                session =>
                {
                    deadline.LeaveToServer(Sum(statements));
                    return RunAsync(session, run, deadline);
                }
            );
        }
        catch (Exception fault)
        {
            throw PostgreSqlErrors.Map(fault, run.Culprit(fault), deadline);
        }
    }

    private static TimeSpan? Sum(CheckedStatement[] statements)
    {
        var sum = TimeSpan.Zero;
        foreach (var statement in statements)
        {
            if (statement.Timeout is not { } timeout || timeout > TimeSpan.FromDays(365))
            {
                return null;
            }

            sum += timeout;
        }

        return sum;
    }

    private async ValueTask<ExecuteResult[]> RunAsync(Session session, CommandRun run, SessionDeadline deadline)
    {
        await _keys.LearnAsync(session, run.Statements, deadline);
        for (var stale = 0; ; stale++)
        {
            try
            {
                run.Begin();
                while (run.Sent < run.Statements.Length)
                {
                    await RunChunkAsync(session, run, deadline);
                }

                return run.Results;
            }
            catch (PostgresException fault) when (stale < MostStalePlans && PostgreSqlErrors.IsStalePlan(fault))
            {
                await session.RecoverAsync(fault);
            }
            catch (Exception) when (run.IsCommitted)
            {
                // Only the cleaning afterwards has failed; what is stored is stored.
                run.EndChunk();
                session.Break();
                return run.Results;
            }
            catch (PostgresException fault)
            {
                if (run.Culprit(fault) is { } culprit)
                {
                    _keys.Forget(culprit);
                }

                throw;
            }
        }
    }

    private async ValueTask RunChunkAsync(Session session, CommandRun run, SessionDeadline deadline)
    {
        await using var batch = session.Connection.CreateBatch();
        run.AddChunk(batch, ChunkSize, _keys);
        var reader = await session.AwaitAsync(batch.ExecuteReaderAsync(deadline.Token), deadline);
        try
        {
            do
            {
                // The first row of an INSERT that returns rows tells its key; Npgsql skips the rest.
                if (run.WantsKey() && await session.AwaitAsync(reader.ReadAsync(deadline.Token), deadline))
                {
                    run.TakeKey(reader);
                }
            } while (await session.AwaitAsync(reader.NextResultAsync(deadline.Token), deadline));
        }
        finally
        {
            await session.CloseAsync(reader);
        }

        run.EndChunk();
    }
}
