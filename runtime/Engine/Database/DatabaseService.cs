using Grpc.Core;
using Yyc3.Connectors.Contracts.Database.V1;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Runtime.Database;

/// <summary>Statements over the wire.</summary>
internal sealed class DatabaseService(ConnectorCalls calls) : Contracts.Database.V1.DatabaseService.DatabaseServiceBase
{
    private const string Capability = "database";
    private const int DefaultTimeout = 30_000;
    private const int DefaultLimit = 100;

    /// <summary>Rows of one streamed message: enough to make its cost small, few enough to keep the first row early.</summary>
    private const int RowsPerMessage = 256;

    /// <summary>The provider stops the statement itself; the runtime only steps in when it does not.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public override async Task<QueryResponse> Query(QueryRequest request, ServerCallContext context)
    {
        var begun = calls.Time.GetTimestamp();
        var timeout = Milliseconds(request.Options is { HasTimeout: true } given ? given.Timeout : DefaultTimeout);
        var limit = request.Options is { HasLimit: true } options ? options.Limit : DefaultLimit;
        var statement = new DbStatement(request.Query)
        {
            Parameters = DatabaseMapping.ToParameters("params", request.Params),
            Timeout = timeout,
        };
        using var session = await calls.EnterAsync<IDatabase>(context, request.IntegrationId, Capability);
        var response = await session.RunAsync(
            "database.query",
            mayRepeat: true,
            timeout + Grace,
            (statement, limit, request.Options?.Offset ?? 0),
            static (database, call, token) => ReadAsync(database, call.statement, call.limit, call.Item3, token),
            context.CancellationToken
        );
        response.ExecutionTime = Elapsed(begun);
        return response;
    }

    public override async Task StreamQuery(
        StreamQueryRequest request,
        IServerStreamWriter<StreamQueryResponse> responseStream,
        ServerCallContext context
    )
    {
        var statement = new DbStatement(request.Query)
        {
            Parameters = DatabaseMapping.ToParameters("params", request.Params),
            Timeout = request.Options is { HasTimeout: true } given ? Milliseconds(given.Timeout) : null,
        };
        using var session = await calls.EnterAsync<IDatabase>(context, request.IntegrationId, Capability);
        await using var reader = await session.RunAsync(
            "database.stream",
            mayRepeat: true,
            statement.Timeout is { } timeout ? timeout + Grace : Timeout.InfiniteTimeSpan,
            (statement, context.CancellationToken),
            // The reader outlives the attempt, so it follows the call's token and not the attempt's.
            static (database, call, _) => database.QueryAsync(call.statement, call.CancellationToken),
            context.CancellationToken
        );
        try
        {
            await StreamAsync(reader, responseStream, context.CancellationToken);
        }
        catch (Exception exception) when (session.Translate(exception) is { } fault)
        {
            throw fault;
        }
    }

    public override async Task<ExecuteResponse> Execute(ExecuteRequest request, ServerCallContext context)
    {
        var begun = calls.Time.GetTimestamp();
        var timeout = TimeoutOf(request.Options);
        var statement = new DbStatement(request.Command)
        {
            Parameters = DatabaseMapping.ToParameters("params", request.Params),
            Timeout = timeout,
        };
        using var session = await calls.EnterAsync<IDatabase>(context, request.IntegrationId, Capability);
        var result = await session.RunAsync(
            "database.execute",
            mayRepeat: false,
            timeout + Grace,
            statement,
            static (database, statement, token) => database.ExecuteAsync(statement, token),
            context.CancellationToken
        );
        var response = new ExecuteResponse { AffectedRows = result.AffectedRows, ExecutionTime = Elapsed(begun) };
        if (result.InsertId is { } insertId)
        {
            response.InsertId = insertId;
        }

        return response;
    }

    public override async Task<ExecuteBatchResponse> ExecuteBatch(
        ExecuteBatchRequest request,
        ServerCallContext context
    )
    {
        var begun = calls.Time.GetTimestamp();
        var timeout = TimeoutOf(request.Options);
        var statements = request
            .Statements.Select(
                (statement, index) =>
                    new DbStatement(statement.Command)
                    {
                        Parameters = DatabaseMapping.ToParameters($"statements[{index}].params", statement.Params),
                        Timeout = timeout,
                    }
            )
            .ToList();
        using var session = await calls.EnterAsync<IDatabase>(context, request.IntegrationId, Capability);
        var results = await session.RunAsync(
            "database.batch",
            mayRepeat: false,
            timeout + Grace,
            statements,
            static (database, statements, token) => database.ExecuteBatchAsync(statements, token),
            context.CancellationToken
        );
        return new ExecuteBatchResponse
        {
            Results = { results.Select(DatabaseMapping.ToProto) },
            ExecutionTime = Elapsed(begun),
        };
    }

    private static async ValueTask<QueryResponse> ReadAsync(
        IDatabase database,
        DbStatement statement,
        int limit,
        long offset,
        CancellationToken cancellationToken
    )
    {
        await using var reader = await database.QueryAsync(statement, cancellationToken);
        var response = new QueryResponse();
        DatabaseMapping.AddColumns(response.Columns, reader.Columns);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (offset-- > 0)
            {
                continue;
            }

            if (response.Rows.Count == limit)
            {
                response.Truncated = true;
                break;
            }

            response.Rows.Add(DatabaseMapping.ToRow(reader));
        }

        response.RowCount = response.Rows.Count;
        return response;
    }

    private static async Task StreamAsync(
        RowReader reader,
        IServerStreamWriter<StreamQueryResponse> responses,
        CancellationToken cancellationToken
    )
    {
        // While one page is on its way the next is filled.
        var (page, next) = (new RowPage(reader.Columns), new RowPage(reader.Columns));
        var isMore = await page.FillAsync(reader, RowsPerMessage, cancellationToken);
        // An empty result still tells its columns.
        var writing = responses.WriteAsync(page.Message, cancellationToken);
        try
        {
            while (isMore)
            {
                isMore = await next.FillAsync(reader, RowsPerMessage, cancellationToken);
                await writing;
                if (!next.IsEmpty)
                {
                    (page, next) = (next, page);
                    writing = responses.WriteAsync(page.Message, cancellationToken);
                }
            }
        }
        finally
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await writing;
    }

    private static TimeSpan TimeoutOf(ExecuteOptions? options) =>
        Milliseconds(options is { HasTimeout: true } ? options.Timeout : DefaultTimeout);

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);

    private long Elapsed(long begun) => (long)Math.Ceiling(calls.Time.GetElapsedTime(begun).TotalMilliseconds);
}
