using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Rest.Errors;

/// <summary>Gives every failure that has no body yet the same shape. Requests of gRPC pass untouched.</summary>
internal sealed partial class RestErrorMiddleware(RequestDelegate next, ILogger<RestErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (IsGrpc(http.Request))
        {
            await next(http);
            return;
        }

        RequestId.Ensure(http);
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, OfException(e));
            return;
        }

        if (IsBare(http) && Find(http) is { } error)
        {
            await AnswerAsync(http, error);
        }
    }

    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsBare(HttpContext http) =>
        http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0, ContentType: null }
        && !http.WebSockets.IsWebSocketRequest;

    private static async Task AnswerAsync(HttpContext http, ErrorDefinition error)
    {
        var status = RichStatus.Create(error, ErrorLanguages.Of(http.Request));
        await ErrorResponse.WriteAsync(http, status, http.RequestAborted);
    }

    private ErrorDefinition OfException(Exception exception)
    {
        if (exception is BadHttpRequestException bad)
        {
            return OfStatus(bad.StatusCode) ?? RpcErrors.InvalidRequest;
        }

        LogUnexpected(logger, exception);
        return RpcErrors.Internal;
    }

    private static ErrorDefinition? Find(HttpContext http) =>
        http.Response.StatusCode == StatusCodes.Status404NotFound && http.GetEndpoint() is not null
            ? RpcErrors.NotFound
            : OfStatus(http.Response.StatusCode);

    private static ErrorDefinition? OfStatus(int status) =>
        status switch
        {
            StatusCodes.Status400BadRequest => RpcErrors.InvalidRequest,
            StatusCodes.Status401Unauthorized => RpcErrors.Unauthenticated,
            StatusCodes.Status403Forbidden => RpcErrors.PermissionDenied,
            StatusCodes.Status404NotFound => RpcErrors.RouteNotFound,
            StatusCodes.Status405MethodNotAllowed => RpcErrors.MethodNotAllowed,
            StatusCodes.Status406NotAcceptable => RpcErrors.NotAcceptable,
            StatusCodes.Status413PayloadTooLarge => RpcErrors.PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType => RpcErrors.UnsupportedMediaType,
            StatusCodes.Status416RangeNotSatisfiable => RpcErrors.RangeNotSatisfiable,
            StatusCodes.Status429TooManyRequests => RpcErrors.RateLimited,
            StatusCodes.Status500InternalServerError => RpcErrors.Internal,
            StatusCodes.Status501NotImplemented => RpcErrors.Unimplemented,
            StatusCodes.Status503ServiceUnavailable => RpcErrors.Unavailable,
            StatusCodes.Status504GatewayTimeout => RpcErrors.DeadlineExceeded,
            _ => null,
        };

    [LoggerMessage(1, LogLevel.Error, "A request failed outside its call.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception);
}
