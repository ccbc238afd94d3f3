using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>Decrypts a file from some position on, touching only the chunks that are read. Owns the handle.</summary>
internal sealed class OpeningStream : ForwardReadStream
{
    private readonly SafeFileHandle _file;
    private readonly ChunkCipher _cipher;
    private readonly int _start;
    private readonly long _lastChunk;
    private readonly long _fileSize;
    private readonly byte[] _sealed = ArrayPool<byte>.Shared.Rent(ChunkCipher.SealedSize);
    private readonly byte[] _chunk = ArrayPool<byte>.Shared.Rent(ChunkCipher.ChunkSize);
    private long _next;
    private int _skip;
    private int _from;
    private int _to;
    private bool _disposed;

    /// <summary>Starts at a position counted in decrypted bytes; the chunks begin at <paramref name="start"/> in the file.</summary>
    public OpeningStream(SafeFileHandle file, ChunkCipher cipher, int start, long position)
    {
        (_file, _cipher, _start) = (file, cipher, start);
        _fileSize = RandomAccess.GetLength(file);
        _lastChunk = Math.Max(0, _fileSize - start - 1) / ChunkCipher.SealedSize;
        _next = position / ChunkCipher.ChunkSize;
        _skip = (int)(position % ChunkCipher.ChunkSize);
    }

    public override int Read(Span<byte> buffer)
    {
        while (_from == _to && _next <= _lastChunk)
        {
            Open(RandomAccess.Read(_file, _sealed.AsSpan(0, SealedLength()), SealedStart()));
        }

        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_from == _to && _next <= _lastChunk)
        {
            var piece = _sealed.AsMemory(0, SealedLength());
            Open(await RandomAccess.ReadAsync(_file, piece, SealedStart(), cancellationToken));
        }

        return Take(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            _file.Dispose();
            _cipher.Dispose();
            ArrayPool<byte>.Shared.Return(_sealed);
            ArrayPool<byte>.Shared.Return(_chunk, clearArray: true);
        }

        base.Dispose(disposing);
    }

    private long SealedStart() => _start + (_next * ChunkCipher.SealedSize);

    private int SealedLength() => (int)Math.Clamp(_fileSize - SealedStart(), 0, ChunkCipher.SealedSize);

    private void Open(int read)
    {
        _to = _cipher.Open(_next, _next == _lastChunk, _sealed.AsSpan(0, read), _chunk);
        _from = Math.Min(_skip, _to);
        _skip = 0;
        _next++;
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _to - _from);
        _chunk.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }
}
