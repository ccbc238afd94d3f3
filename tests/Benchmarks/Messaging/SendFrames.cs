using Google.Protobuf;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Contracts.Messaging.V1;

namespace Yyc3.Connectors.Benchmarks.Messaging;

/// <summary>Messages of 200 bytes through the whole runtime by gRPC.</summary>
internal static class SendFrames
{
    public const string Send = "/yyc3.connectors.messaging.v1.MessagingService/Send";
    private const string SendBatch = "/yyc3.connectors.messaging.v1.MessagingService/SendBatch";
    private const string ContentType = "application/octet-stream";
    private const int BodyLength = 200;

    /// <summary>What every message holds.</summary>
    public static byte[] Body { get; } = [.. Enumerable.Repeat((byte)'x', BodyLength)];

    /// <summary>A call with one message.</summary>
    public static byte[] One(string integration, string topic) =>
        GrpcClient.Frame(
            new SendRequest
            {
                IntegrationId = integration,
                Topic = topic,
                Message = ByteString.CopyFrom(Body),
                ContentType = ContentType,
            }
        );

    /// <summary>A call with many messages.</summary>
    public static byte[] Many(string integration, string topic, int count)
    {
        var first = GrpcClient.Frame(
            new SendBatchRequest
            {
                IntegrationId = integration,
                Topic = topic,
                Message = ByteString.CopyFrom(Body),
                ContentType = ContentType,
            }
        );
        var next = GrpcClient.Frame(
            new SendBatchRequest { Message = ByteString.CopyFrom(Body), ContentType = ContentType }
        );
        return [.. first, .. Enumerable.Repeat(next, count - 1).SelectMany(frame => frame)];
    }

    /// <summary>Makes a call with many messages.</summary>
    /// <returns>How many were sent.</returns>
    public static async Task<int> SendManyAsync(GrpcClient client, byte[] frames, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(SendBatch, new ByteArrayContent(frames), cancellationToken);
        var sent = 0;
        await GrpcFrames.ReadAsync(
            response,
            SendBatchResponse.Parser,
            answer =>
            {
                sent += answer.Messages.Count;
                return ValueTask.CompletedTask;
            },
            cancellationToken
        );
        return sent;
    }

    /// <summary>Single calls by many callers, from outside.</summary>
    public static H2Load Load(Uri grpc, string bodyFile, int connections, int streams) =>
        new(new Uri(grpc, Send), bodyFile, connections, streams)
        {
            Headers =
            [
                "content-type: application/grpc",
                "te: trailers",
                $"authorization: Bearer {Core.RuntimeHost.Key}",
            ],
        };
}
