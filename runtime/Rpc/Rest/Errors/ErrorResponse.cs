using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;

namespace Yyc3.Connectors.Rpc.Rest.Errors;

/// <summary>Writes a failure as an answer of its own.</summary>
public static class ErrorResponse
{
    public const string JsonType = "application/json; charset=utf-8";

    public static async ValueTask WriteAsync(HttpContext http, RichStatus error, CancellationToken cancellationToken)
    {
        var response = http.Response;
        var requestId = RequestId.Ensure(http);
        response.StatusCode = StatusOf(http, error);
        response.ContentType = JsonType;
        SetHeaders(response, error);
        CloseIfUnread(http);
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, JsonCodec.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success", false);
            ErrorBody.Write(writer, error, requestId);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);

        response.ContentLength = output.WrittenCount;
        await response.Body.WriteAsync(output.WrittenMemory, cancellationToken);
    }

    private static int StatusOf(HttpContext http, RichStatus error)
    {
        var catalog = http.RequestServices.GetRequiredService<ErrorCatalog>();
        return (catalog.Find(error.Code) ?? ErrorCatalog.Default(error.StatusCode)).HttpStatus;
    }

    /// <summary>
    /// The rest of a body that is too large is not waited for: without a word a client would send its next request on a
    /// connection that is about to close.
    /// </summary>
    private static void CloseIfUnread(HttpContext http)
    {
        if (
            http.Response.StatusCode == StatusCodes.Status413PayloadTooLarge
            && HttpProtocol.IsHttp11(http.Request.Protocol)
        )
        {
            http.Response.Headers.Connection = "close";
        }
    }

    private static void SetHeaders(HttpResponse response, RichStatus error)
    {
        if (ErrorBody.RetrySeconds(error) is { } seconds)
        {
            response.Headers.RetryAfter = Math.Ceiling(seconds).ToString("F0", CultureInfo.InvariantCulture);
        }

        if (response.StatusCode == StatusCodes.Status416RangeNotSatisfiable)
        {
            response.Headers.ContentRange = "bytes */" + error.Details.GetValueOrDefault("size", "*");
        }

        if (
            error.StatusCode == StatusCode.Unauthenticated
            && !response.Headers.ContainsKey(HeaderNames.WWWAuthenticate)
        )
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }
    }
}
