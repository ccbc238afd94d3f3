using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>
/// Gathers packets for one write to the network. A payload of 16 MiB or more becomes several packets, as the protocol wants.
/// </summary>
internal sealed class PacketWriter : IDisposable
{
    /// <summary>Longest payload of one packet; a payload that fills it goes on in another.</summary>
    public const int LongestPayload = 0xFFFFFF;

    public const int HeaderSize = 4;

    private const int SmallBuffer = 4096;
    private const int LargestKept = 256 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _length;
    private int _packet;
    private byte _sequence;

    /// <summary>What is to be sent.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Bytes of the payload that is being written.</summary>
    public int PayloadLength => _length - _packet - HeaderSize;

    /// <summary>Starts a packet.</summary>
    /// <param name="sequence">Its number; 0 for a command.</param>
    public void Begin(byte sequence = 0)
    {
        Reserve(HeaderSize);
        _packet = _length;
        _length += HeaderSize;
        _sequence = sequence;
    }

    /// <summary>Starts a packet with a command.</summary>
    /// <param name="command">The command.</param>
    public void Begin(CommandCode command)
    {
        Begin();
        Byte((byte)command);
    }

    /// <summary>Ends the packet, as several when it is too long for one.</summary>
    public void End()
    {
        var rest = PayloadLength;
        for (var at = _packet; ; at += HeaderSize + LongestPayload)
        {
            var length = Math.Min(rest, LongestPayload);
            WriteHeader(at, length);
            rest -= length;
            if (length < LongestPayload)
            {
                return;
            }

            // Room for the next header between the two parts.
            Reserve(HeaderSize);
            var next = at + HeaderSize + LongestPayload;
            _buffer.AsSpan(next, rest).CopyTo(_buffer.AsSpan(next + HeaderSize));
            _length += HeaderSize;
        }
    }

    /// <summary>Forgets the packet that is being written.</summary>
    public void Discard() => _length = _packet;

    /// <summary>Forgets everything, after it was sent.</summary>
    public void Clear()
    {
        _length = 0;
        if (_buffer.Length > LargestKept)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        }
    }

    public void Byte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Next(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Next(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(8), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Next(8), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Next(value.Length));

    public void LengthEncoded(ReadOnlySpan<byte> value)
    {
        LengthEncodedInteger((uint)value.Length);
        Bytes(value);
    }

    /// <summary>Writes a text.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="EncoderFallbackException">It is not valid Unicode.</exception>
    public void Text(string value) => StrictUtf8.GetBytes(value, Next(StrictUtf8.GetByteCount(value)));

    /// <summary>Writes a text behind its length.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="EncoderFallbackException">It is not valid Unicode.</exception>
    public void LengthEncodedText(string value)
    {
        var length = StrictUtf8.GetByteCount(value);
        LengthEncodedInteger((uint)length);
        StrictUtf8.GetBytes(value, Next(length));
    }

    public void NullTerminated(string value)
    {
        Text(value);
        Byte(0);
    }

    public void LengthEncodedInteger(uint value)
    {
        switch (value)
        {
            case < 0xFB:
                Byte((byte)value);
                break;
            case <= ushort.MaxValue:
                Byte(0xFC);
                UInt16((ushort)value);
                break;
            case <= LongestPayload:
                Byte(0xFD);
                UInt16((ushort)value);
                Byte((byte)(value >> 16));
                break;
            default:
                Byte(0xFE);
                Int64(value);
                break;
        }
    }

    /// <summary>Makes room that holds zeros.</summary>
    /// <param name="count">Bytes.</param>
    /// <returns>The room; valid until the next call.</returns>
    public Span<byte> Zeros(int count)
    {
        var room = Next(count);
        room.Clear();
        return room;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private Span<byte> Next(int count)
    {
        Reserve(count);
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }

    private void WriteHeader(int at, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(at), (uint)length | ((uint)_sequence << 24));
        _sequence++;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), _buffer.Length * 2));
        Written.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
