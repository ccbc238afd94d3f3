using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>A stream as NDJSON: one line per message, or per element of the list that is the body.</summary>
internal sealed class LinesResponse(HttpContext http, RestRoute route) : RestResponse
{
    private const string ContentType = "application/x-ndjson; charset=utf-8";

    private readonly PooledOutput _output = new();
    private IMessage? _earlier;

    public override void Write(IMessage message)
    {
        var writer = _output.Writer;
        if (route.ResponseMember is not { } member)
        {
            route.Codec.Write(writer, message);
            _output.EndLine();
            return;
        }

        if (_earlier is not null)
        {
            member.Inherit(message, _earlier);
        }

        _earlier = message;
        if (member.WriteElements(writer, message, _ => _output.EndLine()) < 0)
        {
            member.WriteValue(writer, message);
            _output.EndLine();
        }
    }

    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Begin();
        await http.Response.Body.WriteAsync(_output.Written, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
        _output.Clear();
    }

    public override async ValueTask CompleteAsync(Metadata? trailers, CancellationToken cancellationToken)
    {
        if (!http.Response.HasStarted)
        {
            ResponseHeaders.Apply(http.Response, trailers);
        }

        await FlushAsync(cancellationToken);
    }

    public override async ValueTask FailAsync(RichStatus error, CancellationToken cancellationToken)
    {
        if (!http.Response.HasStarted && _output.Length == 0)
        {
            await ErrorResponse.WriteAsync(http, error, cancellationToken);
            return;
        }

        _output.Writer.WriteStartObject();
        ErrorBody.Write(_output.Writer, error, RequestId.Ensure(http));
        _output.Writer.WriteEndObject();
        _output.EndLine();
        await FlushAsync(cancellationToken);
    }

    public override void Dispose() => _output.Dispose();

    private void Begin()
    {
        if (!http.Response.HasStarted)
        {
            http.Response.StatusCode = route.SuccessCode;
            http.Response.ContentType = ContentType;
            http.Response.Headers.XContentTypeOptions = "nosniff";
        }
    }
}
