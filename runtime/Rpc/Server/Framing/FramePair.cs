using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Yyc3.Connectors.Rpc.Server.Framing;

/// <summary>Reader and writer of one call. Kestrel reuses HTTP/2 streams, and these with them.</summary>
internal sealed class FramePair
{
    private static readonly object Key = typeof(FramePair);

    public FrameReader Reader { get; } = new();

    public FrameWriter Writer { get; } = new();

    public static FramePair Of(HttpContext http)
    {
        if (http.Features.Get<IPersistentStateFeature>() is not { } persistent)
        {
            return new FramePair();
        }
        if (persistent.State.TryGetValue(Key, out var value) && value is FramePair kept)
        {
            return kept;
        }
        var pair = new FramePair();
        persistent.State[Key] = pair;
        return pair;
    }
}
