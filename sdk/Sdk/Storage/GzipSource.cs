using System.Buffers;
using System.IO.Compression;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Compresses piece by piece, as its reader asks.</summary>
internal sealed class GzipSource : ForwardStream
{
    private const int PieceSize = 64 * 1024;

    private readonly Stream _content;
    private readonly MemoryStream _ready = new();
    private readonly GZipStream _gzip;
    private byte[]? _piece = ArrayPool<byte>.Shared.Rent(PieceSize);
    private long _plainSize;
    private bool _hasEnded;

    public GzipSource(Stream content)
    {
        _content = content;
        _gzip = new GZipStream(_ready, CompressionLevel.Fastest, leaveOpen: true);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_piece is null, this);
        while (_ready.Position == _ready.Length && !_hasEnded)
        {
            _ready.SetLength(0);
            var read = await _content.ReadAsync(_piece.AsMemory(0, PieceSize), cancellationToken).ConfigureAwait(false);
            _plainSize += read;
            if (read > 0)
            {
                await _gzip.WriteAsync(_piece.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                await _gzip.DisposeAsync().ConfigureAwait(false);
                GzipObject.WriteTrailer(_ready, _plainSize);
                _hasEnded = true;
            }

            _ready.Position = 0;
        }

        // From memory: nothing to wait for.
        return _ready.Read(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _piece is { } piece)
        {
            _piece = null;
            _gzip.Dispose();
            _ready.Dispose();
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }

        base.Dispose(disposing);
    }
}
