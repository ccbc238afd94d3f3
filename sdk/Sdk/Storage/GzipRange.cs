using System.Buffers;
using System.IO.Compression;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>A part of compressed content, plain.</summary>
internal sealed class GzipRange(Stream stored, long first, long length, bool reachesEnd) : ForwardStream
{
    private const int PieceSize = 64 * 1024;

    private readonly GZipStream _gzip = new(stored, CompressionMode.Decompress);
    private long _skip = first;
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_skip > 0)
        {
            await SkipAsync(cancellationToken).ConfigureAwait(false);
        }

        var wanted = (int)Math.Min(buffer.Length, _left);
        if (wanted == 0)
        {
            if (reachesEnd && !buffer.IsEmpty)
            {
                await VerifyAsync(cancellationToken).ConfigureAwait(false);
            }

            return 0;
        }

        var read = await ReadSomeAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false);
        _left -= read;
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await _gzip.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (_skip > 0)
            {
                var wanted = piece.AsMemory(0, (int)Math.Min(piece.Length, _skip));
                _skip -= await ReadSomeAsync(wanted, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }
    }

    /// <summary>Behind the last byte stands the checksum, which is looked at by reading on.</summary>
    private async ValueTask VerifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _gzip.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0)
            {
                throw GzipObject.Damaged();
            }
        }
        catch (InvalidDataException fault)
        {
            throw GzipObject.Damaged(fault);
        }
    }

    private async ValueTask<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var read = await _gzip.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return read > 0 ? read : throw GzipObject.Damaged();
        }
        catch (InvalidDataException fault)
        {
            throw GzipObject.Damaged(fault);
        }
    }
}
