using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>As much of a gRPC client as the benchmarks need, on HTTP/2 without TLS.</summary>
internal sealed class GrpcClient : IDisposable
{
    public const int HeaderLength = 5;
    private const int Window = 4 * 1024 * 1024;

    private readonly HttpClient _http;

    public GrpcClient(Uri server, string? key = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { InitialHttp2StreamWindowSize = Window })
        {
            BaseAddress = server,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <summary>A message behind its prefix.</summary>
    public static byte[] Frame(IMessage message)
    {
        var frame = new byte[HeaderLength + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - HeaderLength);
        message.WriteTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>A unary call.</summary>
    public async Task<TResponse> CallAsync<TResponse>(
        string path,
        IMessage request,
        MessageParser<TResponse> parser,
        CancellationToken cancellationToken
    )
        where TResponse : IMessage<TResponse>
    {
        using var response = await SendAsync(path, new ByteArrayContent(Frame(request)), cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        ThrowIfFailed(response);
        return parser.ParseFrom(body.AsSpan(HeaderLength));
    }

    /// <summary>Sends a request; the response's body is still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string path,
        HttpContent content,
        CancellationToken cancellationToken
    )
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Looks at the status once the body has been read.</summary>
    public static void ThrowIfFailed(HttpResponseMessage response)
    {
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values.First() : null;
        if (!string.Equals(status, "0", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{response.RequestMessage?.RequestUri}: {status} {response.Headers}");
        }
    }

    public void Dispose() => _http.Dispose();
}
