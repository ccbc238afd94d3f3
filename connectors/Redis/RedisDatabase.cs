using System.Runtime.CompilerServices;
using Yyc3.Connectors.Redis.Commands;
using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Redis.Replies;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis;

/// <summary>
/// Runs command lines: short ones on shared connections, queries with many rows and batches on connections of their own.
/// </summary>
internal sealed class RedisDatabase(RedisConnections connections, RedisOptions options, ConnectorContext context)
    : IDatabase
{
    private readonly CommandLineCache _lines = new();
    private CommandTableSource? _tables;

    private CommandTableSource Tables =>
        _tables
        ?? Interlocked.CompareExchange(ref _tables, new CommandTableSource(connections, options, context), null)
        ?? _tables;

    /// <summary>Asks the server for a sign of life.</summary>
    /// <exception cref="ConnectorException">It gives none, or refuses the login.</exception>
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        var request = new RequestBuffer().Command("PING");
        var answer = await connections.Pipelines.SendAsync(request, isSummary: true, cancellationToken);

        // A user who may not even PING has logged in all the same.
        if (answer.IsError && answer.ErrorCode is not "NOPERM")
        {
            throw RedisErrors.OfServer(answer.ErrorCode);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        const string Field = "query";
        cancellationToken.ThrowIfCancellationRequested();
        var line = _lines.Get(statement.Text, Field);
        var command = BoundCommand.Bind(line, statement.Parameters, Field);
        if (statement.Timeout is null)
        {
            var table = await Tables.GetAsync(cancellationToken);
            var verdict = CommandRules.Allow(line.Judge(table, options.AllowScripts), command, Field, isQuery: true);
            if (verdict.IsShort)
            {
                // Written out here, as in ExecuteAsync: one method less to suspend on the way that most calls take.
                var answer = await connections.Pipelines.SendAsync(
                    Encode(command),
                    isSummary: false,
                    cancellationToken
                );
                return new ShortReplyReader(
                    IsFailure(answer) ? throw await connections.ErrorAsync(answer, Field) : answer
                );
            }
        }

        return await QueryWithinAsync(command, statement.Timeout, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        const string Field = "command";
        cancellationToken.ThrowIfCancellationRequested();
        var line = _lines.Get(statement.Text, Field);
        var command = BoundCommand.Bind(line, statement.Parameters, Field);
        if (statement.Timeout is null)
        {
            var table = await Tables.GetAsync(cancellationToken);
            var verdict = CommandRules.Allow(line.Judge(table, options.AllowScripts), command, Field, isQuery: false);
            var answer = await connections.Pipelines.SendAsync(Encode(command), isSummary: true, cancellationToken);
            return IsFailure(answer)
                ? throw await connections.ErrorAsync(answer, Field)
                : ChangeCount.Of(verdict, command, answer);
        }

        using var deadline = Deadline(statement.Timeout, cancellationToken);
        try
        {
            var table = await Tables.GetAsync(deadline.Token);
            var verdict = CommandRules.Allow(line.Judge(table, options.AllowScripts), command, Field, isQuery: false);
            return ChangeCount.Of(verdict, command, await SendAsync(command, Field, isSummary: true, deadline.Token));
        }
        catch (OperationCanceledException over) when (deadline.IsOver)
        {
            throw deadline.Error(over);
        }
    }

    public async ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (statements.Count == 0)
        {
            return [];
        }

        var shortest = statements.Min(statement => statement.Timeout);
        using var deadline = Deadline(shortest, cancellationToken);
        try
        {
            var bound = new BoundCommand[statements.Count];
            for (var index = 0; index < bound.Length; index++)
            {
                var field = RedisBatch.Field(index);
                var line = _lines.Get(statements[index].Text, field);
                bound[index] = BoundCommand.Bind(line, statements[index].Parameters, field);
            }

            var table = await Tables.GetAsync(deadline.Token);
            var verdicts = new CommandVerdict[bound.Length];
            for (var index = 0; index < bound.Length; index++)
            {
                var verdict = bound[index].Line.Judge(table, options.AllowScripts);
                verdicts[index] = CommandRules.Allow(verdict, bound[index], RedisBatch.Field(index), isQuery: false);
            }

            return await new RedisBatch(connections, bound, verdicts).RunAsync(deadline);
        }
        catch (OperationCanceledException over) when (deadline.IsOver)
        {
            throw deadline.Error(over);
        }
    }

    private static bool IsFailure(RespValue answer) => answer.IsError || answer.Type == RespType.TooLarge;

    private static RequestBuffer Encode(BoundCommand command)
    {
        var request = new RequestBuffer();
        try
        {
            command.WriteTo(request);
            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    private StatementDeadline Deadline(TimeSpan? timeout, CancellationToken cancellationToken) =>
        new(context.Time, timeout, cancellationToken)
        {
            TimeoutMessage =
                "The statement ran longer than its timeout; what the server had begun it may still carry out.",
        };

    private async ValueTask<RespValue> SendAsync(
        BoundCommand command,
        string field,
        bool isSummary,
        CancellationToken cancellationToken
    )
    {
        var answer = await connections.Pipelines.SendAsync(Encode(command), isSummary, cancellationToken);
        return IsFailure(answer) ? throw await connections.ErrorAsync(answer, field) : answer;
    }

    private async ValueTask<RowReader> QueryWithinAsync(
        BoundCommand command,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    )
    {
        const string Field = "query";
        var deadline = Deadline(timeout, cancellationToken);
        RowReader? reader = null;
        try
        {
            var table = await Tables.GetAsync(deadline.Token);
            var verdict = CommandRules.Allow(
                command.Line.Judge(table, options.AllowScripts),
                command,
                Field,
                isQuery: true
            );
            reader = verdict.IsShort
                ? new ShortReplyReader(await SendAsync(command, Field, isSummary: false, deadline.Token))
                : await StreamAsync(command, verdict, deadline);
            return reader;
        }
        catch (OperationCanceledException over) when (deadline.IsOver)
        {
            throw deadline.Error(over);
        }
        finally
        {
            if (reader is not StreamedReplyReader)
            {
                deadline.Dispose();
            }
        }
    }

    private async ValueTask<RowReader> StreamAsync(
        BoundCommand command,
        CommandVerdict verdict,
        StatementDeadline deadline
    )
    {
        const string Field = "query";
        using var request = new RequestBuffer();
        command.WriteTo(request);
        var channel = await connections.Channels.RentAsync(deadline.Token);
        var (isClean, isKept) = (false, false);
        try
        {
            await channel.SendAsync(request, deadline.Token);
            var header = await channel.Reader.ReadHeaderAsync(deadline.Token);
            if (header.IsAggregate)
            {
                // Version 2 of the protocol has no maps.
                var isPairs = header.Type == RespType.Map || (channel.Version == 2 && verdict.Name is "HGETALL");
                isKept = true;
                return new StreamedReplyReader(connections, channel, header, isPairs, deadline);
            }

            var answer = await channel.Reader.ReadValueAsync(header, deadline.Token);
            isClean = true;
            return IsFailure(answer) ? throw await connections.ErrorAsync(answer, Field) : new ShortReplyReader(answer);
        }
        catch (Exception fault) when (fault is not ConnectorException)
        {
            throw deadline.IsOver ? deadline.Error(fault) : RedisErrors.Connection(fault);
        }
        finally
        {
            if (!isKept)
            {
                await connections.Channels.ReturnAsync(channel, isClean);
            }
        }
    }
}
