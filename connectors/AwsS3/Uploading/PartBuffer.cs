using System.Buffers;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>One part of an upload in pooled memory, given back when disposed.</summary>
internal sealed class PartBuffer(byte[] rented, int length) : IDisposable
{
    private byte[]? _rented = rented;

    public int Length => length;

    /// <summary>Reads the part, any number of times until it is disposed.</summary>
    public MemoryStream Open() =>
        new(_rented ?? throw new ObjectDisposedException(nameof(PartBuffer)), 0, length, writable: false);

    public void Dispose()
    {
        if (_rented is { } buffer)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
