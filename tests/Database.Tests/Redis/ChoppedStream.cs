namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>Gives bytes in pieces: first up to a place, then of a size.</summary>
internal sealed class ChoppedStream(byte[] content, int firstPiece, int otherPieces) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Truly asynchronous now and then, as a socket is.
        if (_at % 3 == 0)
        {
            await Task.Yield();
        }

        var piece = _at < firstPiece ? firstPiece - _at : otherPieces;
        var count = Math.Min(Math.Min(piece, buffer.Length), content.Length - _at);
        content.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
