using System.Buffers;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>Encrypts what is written, chunk by chunk. <see cref="FinishAsync"/> writes the last one.</summary>
internal sealed class SealingStream(Stream inner, ChunkCipher cipher) : ForwardWriteStream
{
    private readonly byte[] _chunk = ArrayPool<byte>.Shared.Rent(ChunkCipher.ChunkSize);
    private readonly byte[] _sealed = ArrayPool<byte>.Shared.Rent(ChunkCipher.SealedSize);
    private int _filled;
    private long _number;
    private bool _disposed;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (buffer.Length > 0)
        {
            // A full chunk waits until more comes: only then is it known not to be the last.
            if (_filled == ChunkCipher.ChunkSize)
            {
                await SealAsync(last: false, cancellationToken);
            }

            var taken = Math.Min(buffer.Length, ChunkCipher.ChunkSize - _filled);
            buffer[..taken].CopyTo(_chunk.AsMemory(_filled));
            _filled += taken;
            buffer = buffer[taken..];
        }
    }

    public Task FinishAsync(CancellationToken cancellationToken) => SealAsync(last: true, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            ArrayPool<byte>.Shared.Return(_chunk, clearArray: true);
            ArrayPool<byte>.Shared.Return(_sealed);
            cipher.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task SealAsync(bool last, CancellationToken cancellationToken)
    {
        var length = cipher.Seal(_number++, last, _chunk.AsSpan(0, _filled), _sealed);
        _filled = 0;
        await inner.WriteAsync(_sealed.AsMemory(0, length), cancellationToken);
    }
}
