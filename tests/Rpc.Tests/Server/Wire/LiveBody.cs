using System.Net;
using System.Threading.Channels;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

/// <summary>A request body that stays open until the test ends it.</summary>
internal sealed class LiveBody : HttpContent
{
    private readonly Channel<byte[]> _parts = Channel.CreateUnbounded<byte[]>();

    public void Send(byte[] part) => _parts.Writer.TryWrite(part);

    public void End() => _parts.Writer.TryComplete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await stream.FlushAsync(cancellationToken);
        await foreach (var part in _parts.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(part, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
