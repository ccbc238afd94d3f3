using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;

namespace Yyc3.Connectors.Rpc.Server.Web;

/// <summary>A call by gRPC-Web: the trailers are the last frame; as text, the whole body is base64.</summary>
internal sealed class GrpcWebCall : GrpcCall
{
    private const byte TrailerFlag = 0x80;
    private const int HeaderLength = 5;

    private GrpcWebCall(
        HttpContext http,
        MethodHandler handler,
        GrpcServiceOptions options,
        string contentType,
        PipeReader input,
        PipeWriter output
    )
        : base(http, handler, options, contentType, input, output) { }

    public override string Transport => "grpc-web";

    public static GrpcWebCall Binary(HttpContext http, MethodHandler handler, GrpcServiceOptions options) =>
        new(http, handler, options, GrpcContentType.Web, http.Request.BodyReader, http.Response.BodyWriter);

    public static GrpcWebCall Text(HttpContext http, MethodHandler handler, GrpcServiceOptions options) =>
        new(
            http,
            handler,
            options,
            GrpcContentType.WebText,
            PipeReader.Create(new Base64RequestStream(http.Request.BodyReader)),
            new Base64ResponseWriter(http.Response.BodyWriter)
        );

    protected override async ValueTask EndCoreAsync(Status status, Metadata? trailers)
    {
        WriteTrailers(Format(status, trailers));
        await Output.FlushAsync(CancellationToken.None);
    }

    private static string Format(Status status, Metadata? trailers)
    {
        var text = new StringBuilder();
        Add(text, "grpc-status", StatusValue(status.StatusCode).ToString());
        if (status.Detail.Length > 0)
        {
            Add(text, "grpc-message", PercentEncoding.Encode(status.Detail));
        }
        foreach (var entry in trailers ?? Metadata.Empty)
        {
            Add(text, entry.Key, HeaderMetadata.Format(entry));
        }
        return text.ToString();

        static void Add(StringBuilder text, string key, string value) =>
            text.Append(key).Append(": ").Append(value).Append("\r\n");
    }

    private void WriteTrailers(string text)
    {
        var length = Encoding.ASCII.GetByteCount(text);
        var frame = Output.GetSpan(HeaderLength + length);
        frame[0] = TrailerFlag;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)length);
        Encoding.ASCII.GetBytes(text, frame[HeaderLength..]);
        Output.Advance(HeaderLength + length);
    }
}
