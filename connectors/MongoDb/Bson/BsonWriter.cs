using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.MongoDb.Bson;

/// <summary>Writes documents into one growing buffer. Lengths are filled in when a document ends.</summary>
/// <param name="prefix">Bytes left free at the start, for a message's header.</param>
internal sealed class BsonWriter(int prefix = 0)
{
    /// <summary>Most bytes of one message, as servers have it.</summary>
    public const int MaxSize = 48_000_000;

    private const long NaNBits = 0x7FF8000000000000;

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private byte[] _buffer = new byte[Math.Max(512, prefix)];
    private int _length = prefix;

    /// <summary>All that was written, the free bytes at the start included.</summary>
    public Span<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>As <see cref="Written"/>, for asynchronous calls.</summary>
    public Memory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Begins the outermost document.</summary>
    /// <returns>What <see cref="End"/> takes.</returns>
    public int Begin()
    {
        var start = _length;
        Take(sizeof(int));
        return start;
    }

    public int Begin(BsonType type, ReadOnlySpan<byte> name)
    {
        Name(type, name);
        return Begin();
    }

    public void End(int start)
    {
        Take(1)[0] = 0;
        EndLength(start);
    }

    /// <summary>Ends a value that has a length but no zero byte at its end.</summary>
    public void EndLength(int start) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(start), _length - start);

    /// <summary>Begins an element: its type and name.</summary>
    /// <param name="type">The type.</param>
    /// <param name="name">UTF-8 without a zero byte.</param>
    public void Name(BsonType type, ReadOnlySpan<byte> name)
    {
        if (name.Contains((byte)0))
        {
            throw new BsonFormatException("A name holds a zero character.");
        }

        var target = Take(name.Length + 2);
        target[0] = (byte)type;
        name.CopyTo(target[1..]);
        target[^1] = 0;
    }

    /// <summary>Writes an element whose value is on the wire's form already.</summary>
    public void Raw(BsonType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name(type, name);
        value.CopyTo(Take(value.Length));
    }

    public void Null(ReadOnlySpan<byte> name) => Name(BsonType.Null, name);

    public void Boolean(ReadOnlySpan<byte> name, bool value)
    {
        Name(BsonType.Boolean, name);
        Take(1)[0] = value ? (byte)1 : (byte)0;
    }

    public void Int32(ReadOnlySpan<byte> name, int value)
    {
        Name(BsonType.Int32, name);
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);
    }

    public void Int64(ReadOnlySpan<byte> name, long value, BsonType type = BsonType.Int64)
    {
        Name(type, name);
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);
    }

    /// <summary>Writes an integer in the fewest bytes.</summary>
    public void Integer(ReadOnlySpan<byte> name, long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            Int32(name, (int)value);
        }
        else
        {
            Int64(name, value);
        }
    }

    public void Double(ReadOnlySpan<byte> name, double value)
    {
        Name(BsonType.Double, name);

        // The NaN of this platform has a sign; other drivers write it without.
        var bits = double.IsNaN(value) ? NaNBits : BitConverter.DoubleToInt64Bits(value);
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), bits);
    }

    public void Decimal(ReadOnlySpan<byte> name, Decimal128 value)
    {
        Name(BsonType.Decimal128, name);
        var target = Take(16);
        BinaryPrimitives.WriteUInt64LittleEndian(target, value.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], value.High);
    }

    /// <summary>Writes a text.</summary>
    /// <exception cref="EncoderFallbackException">It holds half of a surrogate pair.</exception>
    public void String(ReadOnlySpan<byte> name, string value, BsonType type = BsonType.String)
    {
        Name(type, name);
        Text(value);
    }

    /// <summary>Writes a value that is a length, a text and a zero byte.</summary>
    /// <exception cref="EncoderFallbackException">It holds half of a surrogate pair.</exception>
    public void Text(string value)
    {
        var size = StrictUtf8.GetByteCount(value);
        var target = Take(sizeof(int) + size + 1);
        BinaryPrimitives.WriteInt32LittleEndian(target, size + 1);
        StrictUtf8.GetBytes(value, target[sizeof(int)..]);
        target[^1] = 0;
    }

    /// <summary>Writes a text that ends with a zero byte.</summary>
    /// <exception cref="EncoderFallbackException">It holds half of a surrogate pair.</exception>
    public void CString(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new BsonFormatException("A pattern holds a zero character.");
        }

        var target = Take(StrictUtf8.GetByteCount(value) + 1);
        StrictUtf8.GetBytes(value, target);
        target[^1] = 0;
    }

    public void Binary(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, byte subtype = 0)
    {
        Name(BsonType.Binary, name);
        var target = Take(sizeof(int) + 1 + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target, value.Length);
        target[sizeof(int)] = subtype;
        value.CopyTo(target[(sizeof(int) + 1)..]);
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public static string Index(int index) => index.ToString(CultureInfo.InvariantCulture);

    private Span<byte> Take(int count)
    {
        var needed = _length + (long)count;
        if (needed > MaxSize)
        {
            throw new BsonFormatException("A message is larger than the limit.");
        }

        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(MaxSize, Math.Max(needed, _buffer.Length * 2L)));
        }

        var taken = _buffer.AsSpan(_length, count);
        _length += count;
        return taken;
    }
}
