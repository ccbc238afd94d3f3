using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Calls.Measuring;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>Runs every call of every transport: deadline, cancellation, exceptions, status, measurements.</summary>
public sealed partial class CallRunner(CallMetrics metrics, TimeProvider clock, ILogger<CallRunner> logger)
{
    /// <summary>HTTP/2 error code CANCEL.</summary>
    private const int Cancel = 0x8;

    /// <summary>Kestrel's own limit of a request body; a greater message limit has to lift it.</summary>
    private const int KestrelBodyLimit = 29 * 1024 * 1024;

    public async Task RunAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        LiftBodyLimits(call);
        var isTimed = metrics.TimesCalls;
        var begun = isTimed ? clock.GetTimestamp() : 0;
        metrics.Started(call);
        Task? late = null;
        var outcome = default(CallOutcome);
        try
        {
            call.StartDeadline(clock);
            var work = call.Handler.InvokeAsync(call);
            if (call.HasDeadline && !work.IsCompleted)
            {
                late = work;
                await work.WaitAsync(call.CancellationToken);
                late = null;
            }
            else
            {
                await work;
            }
            outcome = CallOutcome.Of(call);
        }
        catch (Exception exception)
        {
            outcome = Fail(call, exception);
        }
        if (late is { IsCompleted: true })
        {
            Observe(late);
            late = null;
        }
        await EndAsync(call, outcome, late);
        metrics.Ended(call, outcome.Status.StatusCode);
        if (isTimed)
        {
            metrics.Took(call, outcome.Status.StatusCode, clock.GetElapsedTime(begun));
        }
        call.Dispose();
    }

    // The message limit holds for each message of a stream; the stream itself may be as long and slow as it likes.
    private static void LiftBodyLimits(ServerCall call)
    {
        var streams = call.Handler.Method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
        if (!streams && call.Handler.Options.MaxReceiveMessageSize is <= KestrelBodyLimit)
        {
            return;
        }
        var features = call.HttpContext.Features;
        if (streams && features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    private CallOutcome Fail(ServerCall call, Exception exception)
    {
        if (call.IsDeadlinePassed)
        {
            return CallOutcome.Of(call, RichStatus.Create(RpcErrors.DeadlineExceeded, call.Language));
        }
        switch (exception)
        {
            case RpcException failure:
                LogFailed(logger, call.Handler.DisplayName, failure.StatusCode);
                return CallOutcome.Of(call, failure);
            case BadHttpRequestException bad:
                return CallOutcome.Of(call, RichStatus.Create(OfRequest(bad), call.Language));
            case OperationCanceledException or ConnectionResetException:
            case IOException when call.HttpContext.RequestAborted.IsCancellationRequested:
                return CallOutcome.Of(call, RichStatus.Create(RpcErrors.Cancelled, call.Language));
        }
        LogUnexpected(logger, exception, call.Handler.DisplayName);
        var unexpected = RichStatus.Create(RpcErrors.Internal, call.Language);
        return CallOutcome.Of(
            call,
            call.Handler.Options.EnableDetailedErrors
                ? unexpected with
                {
                    Message = $"{exception.GetType().Name}: {exception.Message}",
                }
                : unexpected
        );
    }

    private static ErrorDefinition OfRequest(BadHttpRequestException exception) =>
        exception.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => RpcErrors.PayloadTooLarge,
            StatusCodes.Status408RequestTimeout => RpcErrors.Cancelled,
            _ => RpcErrors.InvalidRequest,
        };

    private async Task EndAsync(ServerCall call, CallOutcome outcome, Task? late)
    {
        var http = call.HttpContext;
        try
        {
            if (late is not null && HttpProtocol.IsHttp11(http.Request.Protocol) && !http.Response.HasStarted)
            {
                // The connection stays busy until the handler returns, so the client must not reuse it.
                http.Response.Headers.Connection = "close";
            }
            await call.EndAsync(outcome.Status, outcome.Trailers);
            if (late is not null)
            {
                await http.Response.CompleteAsync();
                http.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            LogGone(logger, exception, call.Handler.DisplayName);
        }
        if (late is not null)
        {
            // Returning before the handler would let the server recycle the request under it.
#pragma warning disable VSTHRD003 // the handler was started by RunAsync, there is no context to deadlock on
            await late.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
#pragma warning restore VSTHRD003
            Observe(late);
        }
    }

    private void Observe(Task late)
    {
        if (late.Exception is { } exception)
        {
            LogLate(logger, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} failed unexpectedly.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string method);

    [LoggerMessage(2, LogLevel.Debug, "{Method} answered {Status}.")]
    private static partial void LogFailed(ILogger logger, string method, StatusCode status);

    [LoggerMessage(3, LogLevel.Debug, "The client of {Method} was gone before its answer.")]
    private static partial void LogGone(ILogger logger, Exception exception, string method);

    [LoggerMessage(4, LogLevel.Debug, "A handler failed after its call had ended.")]
    private static partial void LogLate(ILogger logger, Exception exception);
}
