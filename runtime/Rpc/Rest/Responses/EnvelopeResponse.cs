using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>One message in the envelope, sent in one piece with its length.</summary>
internal sealed class EnvelopeResponse(HttpContext http, RestRoute route) : RestResponse
{
    private readonly PooledOutput _output = new();

    public override void Write(IMessage message)
    {
        ResponseHeaders.Apply(http.Response, route, message);
        if (route.SuccessCode == StatusCodes.Status204NoContent)
        {
            return;
        }

        var writer = _output.Writer;
        writer.WriteStartObject();
        writer.WriteBoolean("success", true);
        writer.WritePropertyName("data");
        if (route.ResponseMember is { } member)
        {
            member.WriteValue(writer, message);
        }
        else
        {
            route.Codec.Write(writer, message);
        }

        writer.WriteEndObject();
        // A person at a terminal reads answers one below the other.
        _output.EndLine();
    }

    public override ValueTask FlushAsync(CancellationToken cancellationToken) => default;

    public override async ValueTask CompleteAsync(Metadata? trailers, CancellationToken cancellationToken)
    {
        var response = http.Response;
        ResponseHeaders.Apply(response, trailers);
        response.StatusCode = route.SuccessCode;
        if (route.SuccessCode == StatusCodes.Status204NoContent)
        {
            return;
        }

        response.ContentType = ErrorResponse.JsonType;
        response.ContentLength = _output.Length;
        await response.Body.WriteAsync(_output.Written, cancellationToken);
    }

    public override ValueTask FailAsync(RichStatus error, CancellationToken cancellationToken) =>
        ErrorResponse.WriteAsync(http, error, cancellationToken);

    public override void Dispose() => _output.Dispose();
}
