namespace Yyc3.Connectors.EndToEnd.Tests.Running;

/// <summary>So many bytes of a pattern; looks around every 16 MiB.</summary>
internal sealed class RepeatingStream(long length, Action sample) : Stream
{
    private const int Interval = 16 * 1024 * 1024;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = (int)Math.Min(count, length - _position);
        buffer.AsSpan(offset, read).Fill((byte)(_position / 1024 / 1024));
        if (_position / Interval != (_position + read) / Interval)
        {
            sample();
        }

        _position += read;
        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
