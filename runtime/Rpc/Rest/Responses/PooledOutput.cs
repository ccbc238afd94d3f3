using System.Buffers;
using System.Text.Json;
using Yyc3.Connectors.Rpc.Rest.Json;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>A rented buffer with a JSON writer on it.</summary>
internal sealed class PooledOutput : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);

    public PooledOutput() => Writer = new Utf8JsonWriter(this, JsonCodec.WriterOptions);

    public Utf8JsonWriter Writer { get; }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear()
    {
        Length = 0;
        Writer.Reset();
    }

    /// <summary>Ends a line; the writer begins anew.</summary>
    public void EndLine()
    {
        Writer.Flush();
        Writer.Reset();
        GetSpan(1)[0] = (byte)'\n';
        Advance(1);
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            Length = 0;
            Writer.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
