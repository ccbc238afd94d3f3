using System.Diagnostics;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>
/// Content on its way into a single request. The last bytes are held back until it is certain that none follow, for the store
/// keeps the object as soon as it has them.
/// </summary>
internal sealed class WholeStream(AnnouncedStream content, long length) : ForwardStream
{
    private readonly byte[] _behind = new byte[1];

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        // The announced content refuses to go on by itself.
        if (content.Count == length && !content.HasEnded && await content.ReadAsync(_behind, cancellationToken) > 0)
        {
            throw new UnreachableException();
        }

        return read;
    }
}
