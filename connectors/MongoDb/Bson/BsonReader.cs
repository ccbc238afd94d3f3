using System.Buffers.Binary;
using System.Text;

namespace Yyc3.Connectors.MongoDb.Bson;

/// <summary>
/// Goes through the elements of one document without copying. Every length is checked before it is used, so hostile bytes end
/// in a <see cref="BsonFormatException"/> and allocate nothing.
/// </summary>
internal ref struct BsonReader
{
    /// <summary>Deepest nesting that is followed; a server stores less.</summary>
    public const int MaxDepth = 200;

    private const int SmallestDocument = 5;

    private readonly ReadOnlySpan<byte> _document;

    public BsonReader(ReadOnlySpan<byte> document, int position = sizeof(int))
    {
        if (document.Length < SmallestDocument || Length(document) != document.Length || document[^1] != 0)
        {
            throw new BsonFormatException("A document's length is wrong.");
        }

        _document = document;
        Position = position;
    }

    /// <summary>Where the next element begins; a reader made with it goes on there.</summary>
    public int Position { get; private set; }

    /// <summary>Type of the current element.</summary>
    public BsonType Type { get; private set; }

    /// <summary>Name of the current element, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The current value's bytes as they are on the wire.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the current value begins in the document.</summary>
    public int ValueStart { get; private set; }

    /// <summary>The document at the start of a buffer.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> buffer)
    {
        var length = buffer.Length < SmallestDocument ? 0 : Length(buffer);
        return length >= SmallestDocument && length <= buffer.Length
            ? buffer[..length]
            : throw new BsonFormatException("A document's length is wrong.");
    }

    public static int Int32(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt32LittleEndian(value);

    public static long Int64(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value);

    public static double Double(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadDoubleLittleEndian(value);

    /// <summary>The text of a string, a symbol or JavaScript, UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8(ReadOnlySpan<byte> value) => value[sizeof(int)..^1];

    public static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(Utf8(value));

    /// <summary>A number of any width as an integer; 0 when it is none.</summary>
    public static long Number(BsonType type, ReadOnlySpan<byte> value) =>
        type switch
        {
            BsonType.Int32 => Int32(value),
            BsonType.Int64 => Int64(value),
            BsonType.Double => (long)Double(value),
            BsonType.Boolean => value[0],
            _ => 0,
        };

    /// <summary>Goes to the next element.</summary>
    /// <returns>False at the end of the document.</returns>
    public bool Read()
    {
        var last = _document.Length - 1;
        if (Position >= last)
        {
            Type = BsonType.None;
            return false;
        }

        Type = (BsonType)_document[Position];
        var rest = _document[(Position + 1)..last];
        var end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new BsonFormatException("A name does not end.");
        }

        Name = rest[..end];
        ValueStart = Position + 1 + end + 1;

        rest = rest[(end + 1)..];
        Value = rest[..ValueLength(Type, rest)];
        Position = ValueStart + Value.Length;
        return true;
    }

    /// <summary>Goes to the element of a name.</summary>
    /// <param name="name">The name, UTF-8.</param>
    /// <returns>False when there is none.</returns>
    public bool Find(ReadOnlySpan<byte> name)
    {
        Position = sizeof(int);
        while (Read())
        {
            if (Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private static int Length(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    private static int ValueLength(BsonType type, ReadOnlySpan<byte> rest)
    {
        var length = type switch
        {
            BsonType.Undefined or BsonType.Null or BsonType.MinKey or BsonType.MaxKey => 0,
            BsonType.Boolean => BooleanLength(rest),
            BsonType.Int32 => 4,
            BsonType.Double or BsonType.Date or BsonType.Timestamp or BsonType.Int64 => 8,
            BsonType.ObjectId => 12,
            BsonType.Decimal128 => 16,
            BsonType.String or BsonType.JavaScript or BsonType.Symbol => StringLength(rest),
            BsonType.Document or BsonType.Array => DocumentLength(rest),
            BsonType.Binary => Prefixed(rest, smallest: 0) + 1,
            BsonType.RegularExpression => RegularExpressionLength(rest),
            BsonType.DbPointer => StringLength(rest) + 12L,
            BsonType.JavaScriptWithScope => ScopeLength(rest),
            _ => throw new BsonFormatException("A type is unknown."),
        };
        return length <= rest.Length ? (int)length : throw new BsonFormatException("A value is cut off.");
    }

    /// <summary>A length and as many bytes; not more than there are.</summary>
    private static long Prefixed(ReadOnlySpan<byte> rest, int smallest)
    {
        if (rest.Length < sizeof(int))
        {
            throw new BsonFormatException("A value is cut off.");
        }

        var length = Length(rest);
        return length >= smallest && length <= rest.Length - sizeof(int)
            ? length + (long)sizeof(int)
            : throw new BsonFormatException("A value's length is wrong.");
    }

    private static long BooleanLength(ReadOnlySpan<byte> rest) =>
        rest is [0 or 1, ..] ? 1 : throw new BsonFormatException("A boolean is neither true nor false.");

    private static long StringLength(ReadOnlySpan<byte> rest)
    {
        var length = Prefixed(rest, smallest: 1);
        return rest[(int)length - 1] == 0 ? length : throw new BsonFormatException("A text does not end.");
    }

    private static long DocumentLength(ReadOnlySpan<byte> rest)
    {
        var document = First(rest);
        return document[^1] == 0 ? document.Length : throw new BsonFormatException("A document does not end.");
    }

    private static long RegularExpressionLength(ReadOnlySpan<byte> rest)
    {
        var pattern = rest.IndexOf((byte)0);
        var options = pattern < 0 ? -1 : rest[(pattern + 1)..].IndexOf((byte)0);
        return options < 0
            ? throw new BsonFormatException("A regular expression does not end.")
            : pattern + 1 + options + 1;
    }

    private static long ScopeLength(ReadOnlySpan<byte> rest)
    {
        // This length counts itself, unlike that of a text.
        var whole = rest.Length < sizeof(int) ? 0 : Length(rest);
        if (whole < sizeof(int) || whole > rest.Length)
        {
            throw new BsonFormatException("A value's length is wrong.");
        }

        var inner = rest[sizeof(int)..whole];
        var code = (int)StringLength(inner);
        return DocumentLength(inner[code..]) == inner.Length - code
            ? whole
            : throw new BsonFormatException("A value's length is wrong.");
    }
}
