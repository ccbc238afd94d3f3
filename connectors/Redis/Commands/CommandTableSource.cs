using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>Asks the server for its commands, once for as long as the connections last. Thread-safe.</summary>
internal sealed partial class CommandTableSource(
    RedisConnections connections,
    RedisOptions options,
    ConnectorContext context
)
{
    private readonly Lock _gate = new();
    private CommandTable? _table;
    private Task<CommandTable>? _loading;

    /// <summary>The table, at once when it is known.</summary>
    public ValueTask<CommandTable> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _table) is { } table && table.Epoch == connections.Pipelines.Epoch
            ? ValueTask.FromResult(table)
            : new ValueTask<CommandTable>(LoadOnceAsync().WaitAsync(cancellationToken));

    private Task<CommandTable> LoadOnceAsync()
    {
        lock (_gate)
        {
            // Not with the caller's token: others wait for the same table.
            return _loading ??= Task.Run(LoadAsync, CancellationToken.None);
        }
    }

    private async Task<CommandTable> LoadAsync()
    {
        try
        {
            var table = await AskAsync(connections.Pipelines.Epoch);
            Volatile.Write(ref _table, table);
            return table;
        }
        finally
        {
            lock (_gate)
            {
                _loading = null;
            }
        }
    }

    private async Task<CommandTable> AskAsync(int epoch)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, context.Time);
        try
        {
            var request = new RequestBuffer().Command("COMMAND");
            var answer = await connections.Pipelines.SendAsync(request, isSummary: false, limit.Token);
            return answer.IsError || answer.Type == RespType.TooLarge
                ? WithoutTable(answer, epoch)
                : CommandTable.Of(answer.Items.SelectMany(CommandTable.Read), epoch);
        }
        catch (OperationCanceledException late)
        {
            throw RedisErrors.Connection(new TimeoutException("The server does not tell its commands.", late));
        }
    }

    private CommandTable WithoutTable(RespValue answer, int epoch)
    {
        var code = answer.Type == RespType.TooLarge ? "too much" : answer.ErrorCode;
        if (answer.IsError && code is not ("NOPERM" or "ERR"))
        {
            throw RedisErrors.OfServer(code);
        }

        LogNoTable(context.Logger, code);
        return CommandTable.BuiltIn(epoch);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The server answers COMMAND with {Code}; a built-in list of commands is used."
    )]
    private static partial void LogNoTable(ILogger logger, string code);
}
