using System.Globalization;
using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Server.Framing;

namespace Yyc3.Connectors.Rpc.Server;

/// <summary>A call by gRPC over HTTP/2: the status travels in the trailers, or in the headers when nothing else was sent.</summary>
internal class GrpcCall : ServerCall
{
    private static readonly StringValues[] StatusValues =
    [
        .. Enumerable.Range(0, 17).Select(code => new StringValues(code.ToString(CultureInfo.InvariantCulture))),
    ];

    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly string? _unknownEncoding;
    private bool _compresses;

    public GrpcCall(HttpContext http, MethodHandler handler, GrpcServiceOptions options)
        : this(http, handler, options, GrpcContentType.Grpc, http.Request.BodyReader, http.Response.BodyWriter) { }

    protected GrpcCall(
        HttpContext http,
        MethodHandler handler,
        GrpcServiceOptions options,
        string contentType,
        PipeReader input,
        PipeWriter output
    )
        : base(http, handler)
    {
        var frames = FramePair.Of(http);
        _reader = frames.Reader;
        _writer = frames.Writer;
        string? encoding = http.Request.Headers.GrpcEncoding;
        _reader.Reset(input, encoding, handler.Options.MaxReceiveMessageSize);
        _writer.Reset(output, handler.Options.MaxSendMessageSize);
        Output = output;
        http.Response.ContentType = contentType;
        if (!GrpcEncoding.IsKnown(encoding))
        {
            _unknownEncoding = encoding;
            http.Response.Headers.GrpcAcceptEncoding = GrpcEncoding.Accepted;
        }
        if (options.ResponseCompressionAlgorithm is { } algorithm)
        {
            CompressWith(algorithm);
        }
    }

    public override string Transport => "grpc";

    protected PipeWriter Output { get; }

    protected override ValueTask<object?> ReadAsync(MessageFormat format, CancellationToken cancellationToken)
    {
        ThrowIfEncodingUnknown();
        return _reader.ReadAsync(format, cancellationToken);
    }

    protected override ValueTask<object> ReadSingleAsync(MessageFormat format, CancellationToken cancellationToken)
    {
        ThrowIfEncodingUnknown();
        return _reader.ReadSingleAsync(format, cancellationToken);
    }

    protected override void Write(object message, MessageFormat format, WriteFlags flags) =>
        _writer.Write(message, format, _compresses && !flags.HasFlag(WriteFlags.NoCompress));

    protected override ValueTask FlushCoreAsync(CancellationToken cancellationToken)
    {
        var flushing = Output.FlushAsync(cancellationToken);
        if (flushing.IsCompletedSuccessfully)
        {
            flushing.GetAwaiter().GetResult();
            return default;
        }
        return AwaitAsync(flushing);

        static async ValueTask AwaitAsync(ValueTask<FlushResult> flushing) => await flushing;
    }

    protected override void ApplyHeaders(Metadata headers)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            var entry = headers[i];
            if (entry.Key == GrpcEncoding.ResponseRequestKey)
            {
                CompressWith(entry.Value);
            }
            else
            {
                HttpContext.Response.Headers.Append(entry.Key, HeaderMetadata.Format(entry));
            }
        }
    }

    protected override ValueTask EndCoreAsync(Status status, Metadata? trailers)
    {
        var target = HasBegun
            ? HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : HttpContext.Response.Headers;
        if (trailers is not null)
        {
            HeaderMetadata.AddTo(target, trailers);
        }
        target.GrpcStatus = StatusValue(status.StatusCode);
        if (status.Detail.Length > 0)
        {
            target.GrpcMessage = PercentEncoding.Encode(status.Detail);
        }
        return default;
    }

    protected static StringValues StatusValue(StatusCode code) =>
        (uint)code < (uint)StatusValues.Length
            ? StatusValues[(int)code]
            : ((int)code).ToString(CultureInfo.InvariantCulture);

    private void CompressWith(string algorithm)
    {
        if (
            algorithm == GrpcEncoding.Gzip
            && GrpcEncoding.Accepts(HttpContext.Request.Headers.GrpcAcceptEncoding, GrpcEncoding.Gzip)
        )
        {
            _compresses = true;
            HttpContext.Response.Headers.GrpcEncoding = GrpcEncoding.Gzip;
        }
    }

    private void ThrowIfEncodingUnknown()
    {
        if (_unknownEncoding is not null)
        {
            throw new RpcException(
                new Status(
                    StatusCode.Unimplemented,
                    $"The grpc-encoding '{_unknownEncoding}' is not supported; use one of {GrpcEncoding.Accepted}."
                )
            );
        }
    }
}
