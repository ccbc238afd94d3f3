using System.Buffers.Binary;
using System.Text;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Reads one message of the server's plugin <c>pgoutput</c>.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>A text up to its NUL.</summary>
    public string Name()
    {
        var end = _rest.IndexOf((byte)0);
        var name = Text(end);
        Take(1);
        return name;
    }

    public string Text(int length) => Encoding.UTF8.GetString(Take(length));

    public void Skip(int length) => Take(length);

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
