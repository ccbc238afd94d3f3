using System.Buffers;

namespace Yyc3.Connectors.Benchmarks.Servers;

/// <summary>
/// Answers the bytes of a gRPC echo, which are those of its request, with a handler on Kestrel's routing and nothing between.
/// </summary>
internal static class BareEcho
{
    /// <summary>As long as the path of the gRPC method.</summary>
    public const string Path = "/bench.v1.BareService/Echo";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, EchoAsync);

    private static async Task EchoAsync(HttpContext http)
    {
        // Not the request's own token: the server makes it when it is asked for.
        var request = http.Request.BodyReader;
        http.Response.ContentType = "application/grpc";
        while (true)
        {
            var read = await request.ReadAsync(CancellationToken.None);
            if (read.IsCompleted)
            {
                foreach (var segment in read.Buffer)
                {
                    http.Response.BodyWriter.Write(segment.Span);
                }

                request.AdvanceTo(read.Buffer.End);
                break;
            }

            request.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        http.Response.AppendTrailer("grpc-status", "0");
    }
}
