using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Rpc;

namespace Yyc3.Connectors.EndToEnd.Tests.Running;

/// <summary>One gRPC call by hand: a frame out, a frame and trailers back.</summary>
public sealed class GrpcClient(Uri address, string? key) : IDisposable
{
    private const int HeaderLength = 5;

    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>Makes a call with one message and takes one.</summary>
    public async Task<(TResponse? Response, Status Status)> CallAsync<TResponse>(string method, IMessage request)
        where TResponse : class, IMessage<TResponse>, new()
    {
        var (body, status) = await SendAsync(method, Frame(request.ToByteArray()));
        if (body.Length < HeaderLength || status.Code != 0)
        {
            return (null, status);
        }

        var result = new TResponse();
        result.MergeFrom(body.AsSpan(HeaderLength).ToArray());
        return (result, status);
    }

    /// <summary>Sends these very bytes as the body of a call.</summary>
    /// <returns>The bytes of the answer and its status.</returns>
    public async Task<(byte[] Body, Status Status)> SendAsync(string method, byte[] frames)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frames),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (key is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var response = await _http.SendAsync(message);
        var body = await response.Content.ReadAsByteArrayAsync();
        return (body, ReadStatus(response));
    }

    /// <summary>A message with its prefix.</summary>
    public static byte[] Frame(byte[] payload)
    {
        var frame = new byte[payload.Length + HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, HeaderLength);
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private static Status ReadStatus(HttpResponseMessage response)
    {
        string? Find(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.First()
            : response.Headers.TryGetValues(name, out var header) ? header.First()
            : null;

        if (Find("grpc-status-details-bin") is { } details)
        {
            return Status.Parser.ParseFrom(
                Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='))
            );
        }

        // Without a status it is a balancer's answer, which clients take as gRPC says.
        return Find("grpc-status") is { } code
            ? new Status { Code = int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) }
            : new Status { Code = (int)response.StatusCode is >= 502 and <= 504 ? 14 : 2, Message = $"{response}" };
    }
}
