using Microsoft.Win32.SafeHandles;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>A part of a file. Owns the handle.</summary>
internal sealed class FileSlice(SafeFileHandle file, long position, long length) : ForwardReadStream
{
    private long _position = position;
    private long _left = length;

    public override int Read(Span<byte> buffer) => Advance(RandomAccess.Read(file, Cut(buffer), _position));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, _left);
        return Advance(await RandomAccess.ReadAsync(file, buffer[..wanted], _position, cancellationToken));
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }

    private Span<byte> Cut(Span<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, _left)];

    private int Advance(int count)
    {
        _position += count;
        _left -= count;
        return count;
    }
}
