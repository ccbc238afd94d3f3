using System.Data.Common;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Quartz;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Faults;

/// <summary>The outermost interceptor: every failure leaves the engine as a status with details, logged once if it is ours.</summary>
internal sealed partial class FaultInterceptor(ConnectorFaults connectorFaults, ILogger<FaultInterceptor> logger)
    : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception fault) when (Translate(fault, context) is { } status)
        {
            throw status;
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception fault) when (Translate(fault, context) is { } status)
        {
            throw status;
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception fault) when (Translate(fault, context) is { } status)
        {
            throw status;
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception fault) when (Translate(fault, context) is { } status)
        {
            throw status;
        }
    }

    /// <summary>Null for what the call runner maps itself: cancellation, and statuses thrown on purpose.</summary>
    private RpcException? Translate(Exception exception, ServerCallContext context)
    {
        var language = ErrorLanguages.Of(context);
        switch (exception)
        {
            case FaultException fault:
                return fault.ToRpcException(language);
            case ConnectorException connector:
                LogConnector(logger, connector, context.Method, connector.Kind, connector.Code);
                return connectorFaults.Translate(connector).ToRpcException(language);
            case DbException database when IsDiskFull(database):
                LogStore(logger, exception, context.Method);
                return new FaultException(Fault.StateFull, exception).ToRpcException(language);
            // Schedules are kept through Quartz, which wraps what its connection throws.
            case DbException or JobPersistenceException:
                LogStore(logger, exception, context.Method);
                return new FaultException(Fault.StateUnavailable, exception) { Retryable = true }.ToRpcException(
                    language
                );
            default:
                return null;
        }
    }

    /// <summary>SQLITE_FULL, and PostgreSQL's disk_full.</summary>
    private static bool IsDiskFull(DbException exception) =>
        exception.ErrorCode == 13 || string.Equals(exception.SqlState, "53100", StringComparison.Ordinal);

    [LoggerMessage(1, LogLevel.Information, "{Method} failed at the connector: {Kind} {Code}.")]
    private static partial void LogConnector(
        ILogger logger,
        Exception exception,
        string method,
        ErrorKind kind,
        string code
    );

    [LoggerMessage(2, LogLevel.Error, "{Method} failed at the runtime's store.")]
    private static partial void LogStore(ILogger logger, Exception exception, string method);
}
