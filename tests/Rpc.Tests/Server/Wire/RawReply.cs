using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

/// <summary>An answer as it came over the wire.</summary>
internal sealed class RawReply
{
    private const byte WebTrailers = 0x80;

    public required int HttpStatus { get; init; }

    public required Dictionary<string, string> Headers { get; init; }

    public required Dictionary<string, string> Trailers { get; init; }

    public required List<(byte Flag, byte[] Payload)> Frames { get; init; }

    public bool IsTrailersOnly => Headers.ContainsKey("grpc-status");

    public StatusCode Status => (StatusCode)int.Parse(Find("grpc-status") ?? "-1", CultureInfo.InvariantCulture);

    public string Message => Uri.UnescapeDataString(Find("grpc-message") ?? "");

    public RichStatus? Details
    {
        get
        {
            if (Find(RichStatus.Trailer) is not { } text)
            {
                return null;
            }
            var bytes = Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
            return RichStatus.Parse([new Metadata.Entry(RichStatus.Trailer, bytes)]);
        }
    }

    public IEnumerable<EchoReply> Replies => All(EchoReply.Parser);

    public string[] Texts => [.. Replies.Select(reply => reply.Text)];

    public IEnumerable<T> All<T>(MessageParser<T> parser)
        where T : IMessage<T> =>
        Frames.Select(frame => parser.ParseFrom(frame.Flag == 1 ? WireFrames.Unpack(frame.Payload) : frame.Payload));

    public string? Find(string key) => Trailers.GetValueOrDefault(key) ?? Headers.GetValueOrDefault(key);

    public static async Task<RawReply> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        var contentType = response.Content.Headers.ContentType?.MediaType ?? "";
        if (contentType.StartsWith("application/grpc-web-text", StringComparison.Ordinal))
        {
            body = FromChunks(Encoding.ASCII.GetString(body));
        }
        var isGrpc = contentType.StartsWith("application/grpc", StringComparison.Ordinal);
        var frames = isGrpc ? WireFrames.Split(body) : [];
        var trailers = response.TrailingHeaders.ToDictionary(
            header => header.Key,
            header => string.Join(',', header.Value),
            StringComparer.OrdinalIgnoreCase
        );
        foreach (var (_, payload) in frames.Where(frame => frame.Flag == WebTrailers))
        {
            foreach (var line in Encoding.ASCII.GetString(payload).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                trailers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
        return new RawReply
        {
            HttpStatus = (int)response.StatusCode,
            Headers = response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    header => header.Key,
                    header => string.Join(',', header.Value),
                    StringComparer.OrdinalIgnoreCase
                ),
            Trailers = trailers,
            Frames = [.. frames.Where(frame => frame.Flag != WebTrailers)],
        };
    }

    // Each flush is padded on its own.
    private static byte[] FromChunks(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at += 4)
        {
            bytes.AddRange(Convert.FromBase64String(text.Substring(at, 4)));
        }
        return [.. bytes];
    }
}
