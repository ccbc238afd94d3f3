using System.Buffers.Binary;
using System.Text;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>Reads the fields of one packet; what lies outside of it is a fault of the server.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong LengthEncodedInteger()
    {
        var first = Byte();
        return first switch
        {
            < 0xFB => first,
            0xFC => UInt16(),
            0xFD => UInt16() | ((ulong)Byte() << 16),
            0xFE => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
            _ => throw new MySqlProtocolException("A length is malformed."),
        };
    }

    public ReadOnlySpan<byte> LengthEncoded()
    {
        var length = LengthEncodedInteger();
        return length <= int.MaxValue
            ? Take((int)length)
            : throw new MySqlProtocolException("A field is longer than its packet.");
    }

    public string LengthEncodedText() => Encoding.UTF8.GetString(LengthEncoded());

    public ReadOnlySpan<byte> NullTerminated()
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            return Rest();
        }

        var found = Take(end);
        Take(1);
        return found;
    }

    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new MySqlProtocolException("A packet is shorter than its content.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
