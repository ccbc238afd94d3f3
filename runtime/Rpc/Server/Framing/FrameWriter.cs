using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Binding;

namespace Yyc3.Connectors.Rpc.Server.Framing;

/// <summary>Serialises one message after its prefix, straight into the response unless it is compressed.</summary>
internal sealed class FrameWriter : SerializationContext
{
    private const int HeaderLength = 5;
    private const int LargestKeptBuffer = 64 * 1024;

    private PipeWriter _output = null!;
    private int _limit;
    private ArrayBufferWriter<byte>? _buffer;
    private int? _length;
    private bool _compress;
    private bool _isDirect;

    public void Reset(PipeWriter output, int? limit)
    {
        _output = output;
        _limit = limit ?? int.MaxValue;
        if (_buffer?.Capacity > LargestKeptBuffer)
        {
            _buffer = null;
        }
    }

    public void Write(object message, MessageFormat format, bool compress)
    {
        _length = null;
        _isDirect = false;
        _compress = compress;
        _buffer?.ResetWrittenCount();
        format.Write(message, this);
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ThrowIfTooLarge(payloadLength);
        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (!_compress && _length is { } length)
        {
            WriteHeader(0, length);
            _isDirect = true;
            return _output;
        }
        return _buffer ??= new ArrayBufferWriter<byte>();
    }

    public override void Complete()
    {
        if (!_isDirect)
        {
            Emit(_buffer is null ? [] : _buffer.WrittenSpan);
        }
    }

    public override void Complete(byte[] payload) => Emit(payload);

    private void Emit(ReadOnlySpan<byte> payload)
    {
        ThrowIfTooLarge(payload.Length);
        if (!_compress)
        {
            WriteHeader(0, payload.Length);
            _output.Write(payload);
            return;
        }
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(payload);
        }
        WriteHeader(1, (int)packed.Length);
        _output.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    private void WriteHeader(byte flag, int length)
    {
        var header = _output.GetSpan(HeaderLength);
        header[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
        _output.Advance(HeaderLength);
    }

    private void ThrowIfTooLarge(int length)
    {
        if (length > _limit)
        {
            throw FrameFault.TooLarge(length, _limit);
        }
    }
}
