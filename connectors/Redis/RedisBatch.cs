using System.Globalization;
using Yyc3.Connectors.Redis.Commands;
using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis;

/// <summary>
/// Several commands as one transaction of the server. Until EXEC is sent nothing is changed; then all are carried out without
/// another command between them.
/// </summary>
internal sealed class RedisBatch(RedisConnections connections, BoundCommand[] commands, CommandVerdict[] verdicts)
{
    /// <summary>How much longer than its time a batch that was sent is waited for: most have been carried out by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Dotted path of a statement.</summary>
    public static string Field(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"statements[{index}].command");

    /// <summary>Runs them.</summary>
    /// <param name="deadline">When it must end.</param>
    public async ValueTask<IReadOnlyList<ExecuteResult>> RunAsync(StatementDeadline deadline)
    {
        using var queue = new RequestBuffer().Command("MULTI");
        foreach (var command in commands)
        {
            command.WriteTo(queue);
        }

        var channel = await connections.Channels.RentAsync(deadline.Token);
        var isClean = false;
        try
        {
            await QueueAsync(channel, queue, deadline.Token);
            deadline.ThrowIfOver();
            var results = await ExecuteAsync(channel, deadline.Token);
            isClean = true;
            return results.Error is { } error ? throw error : results.Rows;
        }
        catch (Exception fault) when (fault is not ConnectorException)
        {
            throw deadline.IsOver ? deadline.Error(fault) : RedisErrors.Connection(fault);
        }
        finally
        {
            // Closed before EXEC, the server forgets what it has queued.
            await connections.Channels.ReturnAsync(channel, isClean);
        }
    }

    private async ValueTask QueueAsync(RespChannel channel, RequestBuffer queue, CancellationToken cancellationToken)
    {
        // Written while the answers are read: many large commands fill the buffers of both sides otherwise.
        var writing = channel.SendAsync(queue, cancellationToken).AsTask();
        try
        {
            for (var index = -1; index < commands.Length; index++)
            {
                var answer = await channel.ReadSummaryAsync(cancellationToken);
                if (answer.IsError)
                {
                    throw await connections.ErrorAsync(answer, Field(Math.Max(index, 0)));
                }
            }
        }
        catch
        {
            channel.Abort();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await writing;
    }

    private async ValueTask<(ExecuteResult[] Rows, ConnectorException? Error)> ExecuteAsync(
        RespChannel channel,
        CancellationToken cancellationToken
    )
    {
        using var execute = new RequestBuffer().Command("EXEC");
        await channel.SendAsync(execute, cancellationToken);
        using var late = new CancellationTokenSource();
        await using var ending = cancellationToken.UnsafeRegister(_ => late.CancelAfter(Grace), null);
        var header = await channel.Reader.ReadHeaderAsync(late.Token);
        if (!header.IsAggregate || header.Number != commands.Length)
        {
            return header.Type == RespType.Error
                ? ([], await connections.ErrorAsync(RespValue.Of(header), Field(0)))
                : throw new RespProtocolException("EXEC has another answer than one for each command.");
        }

        var rows = new ExecuteResult[commands.Length];
        var failed = default(RespValue);
        var (firstFailed, failures) = (-1, 0);
        for (var index = 0; index < rows.Length; index++)
        {
            var answer = await channel.ReadSummaryAsync(late.Token);
            if (answer.IsError)
            {
                failures++;
                (firstFailed, failed) = firstFailed < 0 ? (index, answer) : (firstFailed, failed);
            }
            else
            {
                rows[index] = ChangeCount.Of(verdicts[index], commands[index], answer);
            }
        }

        return (rows, failures == 0 ? null : await PartlyAsync(failed, firstFailed, failures));
    }

    /// <summary>The server takes nothing back: the caller must know how much was carried out.</summary>
    private async ValueTask<ConnectorException> PartlyAsync(RespValue answer, int index, int failures)
    {
        var error = await connections.ErrorAsync(answer, Field(index));
        return new ConnectorException(
            error.Kind is ErrorKind.Unavailable ? ErrorKind.PreconditionFailed : error.Kind,
            error.Code,
            error.Message,
            innerException: error
        )
        {
            Field = Field(index),
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["failedStatement"] = index.ToString(CultureInfo.InvariantCulture),
                ["appliedStatements"] = (commands.Length - failures).ToString(CultureInfo.InvariantCulture),
            },
        };
    }
}
