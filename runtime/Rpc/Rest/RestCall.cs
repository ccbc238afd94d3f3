using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Requests;
using Yyc3.Connectors.Rpc.Rest.Responses;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest;

/// <summary>One call as plain HTTP with JSON.</summary>
internal sealed class RestCall : ServerCall
{
    private readonly RestRequest _request;
    private readonly RestResponse _response;

    public RestCall(HttpContext http, RestRoute route, RestOptions options)
        : base(http, route.Handler)
    {
        RequestId.Ensure(http);
        _request =
            route.Upload is not null ? new UploadRequest(http, route, options)
            : route.Method.IsClientStreaming ? new LinesRequest(http, route)
            : new JsonRequest(http, route);
        _response =
            route.Rules.RestBody == RestBody.Download ? new FileResponse(http, route)
            : route.Method.IsServerStreaming ? new LinesResponse(http, route)
            : new EnvelopeResponse(http, route);
    }

    public override string Transport => "rest";

    /// <summary>Frees what the request holds; the runner has ended the call.</summary>
    public ValueTask ReleaseAsync() => _request.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        _response.Dispose();
        base.Dispose(disposing);
    }

    protected override async ValueTask<object?> ReadAsync(MessageFormat format, CancellationToken cancellationToken) =>
        await _request.ReadAsync(cancellationToken);

    protected override async ValueTask<object> ReadSingleAsync(
        MessageFormat format,
        CancellationToken cancellationToken
    ) => await _request.ReadAsync(cancellationToken) ?? throw Cardinality.None();

    protected override void Write(object message, MessageFormat format, WriteFlags flags) =>
        _response.Write((IMessage)message);

    protected override ValueTask FlushCoreAsync(CancellationToken cancellationToken) =>
        _response.FlushAsync(cancellationToken);

    protected override void ApplyHeaders(Metadata headers) => ResponseHeaders.Apply(HttpContext.Response, headers);

    /// <summary>They leave with the answer: its HTTP status is not known before.</summary>
    protected override Task SendHeadersAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override ValueTask EndCoreAsync(Status status, Metadata? trailers)
    {
        if (status.StatusCode == StatusCode.OK)
        {
            return _response.CompleteAsync(trailers, HttpContext.RequestAborted);
        }

        var error = (trailers is null ? null : RichStatus.Parse(trailers)) ?? RichStatus.Of(status, Language);
        return _response.FailAsync(error, HttpContext.RequestAborted);
    }
}
