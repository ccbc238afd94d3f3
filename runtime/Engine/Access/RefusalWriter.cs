using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>Answers a call that is not let in, on every transport, without reading its body.</summary>
internal static class RefusalWriter
{
    public static async Task WriteAsync(
        HttpContext http,
        ErrorDefinition definition,
        string? reason,
        bool? isRetryable = null
    )
    {
        var status = RichStatus.Create(definition, ErrorLanguages.Of(http.Request)) with
        {
            Reason = reason,
            Retryable = isRetryable,
        };
        var contentType = http.Request.ContentType;
        if (contentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            await ErrorResponse.WriteAsync(http, status, http.RequestAborted);
            return;
        }

        // A response of headers only: gRPC and gRPC-Web read the status from them alike.
        var headers = http.Response.Headers;
        http.Response.ContentType = contentType;
        headers["grpc-status"] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        var trailers = new Metadata();
        status.AddTo(trailers);
        headers[RichStatus.Trailer] = Convert.ToBase64String(trailers.GetValueBytes(RichStatus.Trailer)!).TrimEnd('=');
    }
}
