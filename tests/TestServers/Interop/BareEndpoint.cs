using Google.Protobuf;
using Grpc.Testing;

namespace Yyc3.Connectors.TestServers.Interop;

/// <summary>Answers the same bytes as UnaryCall without any layer: the yardstick for throughput.</summary>
internal static class BareEndpoint
{
    private const int HeaderLength = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var answer = Frame(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[100]) } });
        routes.MapPost(
            "/bare.testing.TestService/UnaryCall",
            async http =>
            {
                while (true)
                {
                    var result = await http.Request.BodyReader.ReadAsync();
                    http.Request.BodyReader.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                    {
                        break;
                    }
                }
                http.Response.ContentType = "application/grpc";
                answer.CopyTo(http.Response.BodyWriter.GetSpan(answer.Length));
                http.Response.BodyWriter.Advance(answer.Length);
                http.Response.AppendTrailer("grpc-status", "0");
            }
        );
    }

    private static byte[] Frame(SimpleResponse message)
    {
        var frame = new byte[HeaderLength + message.CalculateSize()];
        frame[HeaderLength - 1] = (byte)message.CalculateSize();
        message.WriteTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}
