using Google.Protobuf;
using Yyc3.Connectors.Benchmarks.Echo;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Rpc;

/// <summary>The call of the echo servers.</summary>
internal static class EchoCall
{
    public const string Path = "/bench.v1.EchoService/Echo";

    private static readonly string[] Headers = ["content-type: application/grpc", "te: trailers"];

    public static byte[] Frame(int bodyLength) =>
        GrpcClient.Frame(new EchoRequest { Body = ByteString.CopyFrom(new byte[bodyLength]) });

    /// <summary>Load tells HTTP's status only: one call beforehand looks at gRPC's.</summary>
    public static async Task CheckAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new GrpcClient(url);
        var request = new EchoRequest { Body = ByteString.CopyFromUtf8("hello") };
        var response = await client.CallAsync(url.AbsolutePath, request, EchoResponse.Parser, cancellationToken);
        if (!response.Body.Equals(request.Body))
        {
            throw new InvalidOperationException($"{url} does not echo.");
        }
    }

    public static H2Load Load(Uri url, string bodyFile, int connections, int streams) =>
        new(url, bodyFile, connections, streams) { Headers = Headers };
}
