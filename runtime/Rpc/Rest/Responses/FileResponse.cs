using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Requests;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>A stream of a header and chunks as a raw body.</summary>
internal sealed class FileResponse(HttpContext http, RestRoute route) : RestResponse
{
    private bool _hasHeader;
    private bool _hasBytes;

    public override void Write(IMessage message)
    {
        var type = route.Download!;
        if (type.ChunkField.Accessor.HasValue(message))
        {
            var chunk = (ByteString)type.ChunkField.Accessor.GetValue(message);
            _hasBytes |= !chunk.IsEmpty;
            http.Response.BodyWriter.Write(chunk.Span);
        }
        else if (type.HeaderField.Accessor.GetValue(message) is IMessage header && !_hasHeader)
        {
            _hasHeader = true;
            new FileHeader(type.Header, header).Apply(http, AcceptsRanges());
        }
    }

    /// <summary>The header waits for the first bytes: until then a failure can still be answered as one.</summary>
    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_hasBytes)
        {
            await http.Response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    public override async ValueTask CompleteAsync(Metadata? trailers, CancellationToken cancellationToken)
    {
        if (!http.Response.HasStarted)
        {
            ResponseHeaders.Apply(http.Response, trailers);
        }

        await http.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    public override async ValueTask FailAsync(RichStatus error, CancellationToken cancellationToken)
    {
        if (_hasBytes || http.Response.HasStarted)
        {
            // Half a file must not look like a whole one.
            http.Abort();
            return;
        }

        http.Response.Clear();
        if (AcceptsRanges())
        {
            http.Response.Headers.AcceptRanges = "bytes";
        }

        await ErrorResponse.WriteAsync(http, error, cancellationToken);
    }

    public override void Dispose() { }

    private bool AcceptsRanges() => route.Method.InputType.FindFieldByName(ByteRange.Field) is not null;
}
