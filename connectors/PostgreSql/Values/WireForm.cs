using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>
/// Turns texts into the wire format of common types, which costs the server much less to read. What is not written in the
/// plainest way is left to the server, which knows all of them and says best what is wrong.
/// </summary>
internal static class WireForm
{
    /// <summary>Bytes that a value may need more than its text.</summary>
    public const int MostMore = 16;

    /// <summary>The writer for a type.</summary>
    /// <param name="type">Its name without modifiers, as <c>format_type</c> tells it.</param>
    /// <returns>Null for a type that is left to the server.</returns>
    public static WireWriter? Of(string type) =>
        type switch
        {
            "text" or "character varying" or "json" => Copy,
            "jsonb" => VersionedJson,
            "bigint" => Int8,
            "integer" => Int4,
            "smallint" => Int2,
            "boolean" => Boolean,
            "double precision" => Float8,
            "real" => Float4,
            "numeric" => NumericWire.Write,
            "uuid" => Uuid,
            "bytea" => Bytes,
            "date" => CalendarWire.Date,
            "timestamp without time zone" => CalendarWire.Timestamp,
            "timestamp with time zone" => CalendarWire.Moment,
            _ => null,
        };

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }

    private static int VersionedJson(ReadOnlySpan<byte> text, Span<byte> target)
    {
        target[0] = 1;
        text.CopyTo(target[1..]);
        return text.Length + 1;
    }

    private static int Int8(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (!TryParse(text, out var value))
        {
            return -1;
        }

        BinaryPrimitives.WriteInt64BigEndian(target, value);
        return sizeof(long);
    }

    private static int Int4(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (!TryParse(text, out var value) || value is < int.MinValue or > int.MaxValue)
        {
            return -1;
        }

        BinaryPrimitives.WriteInt32BigEndian(target, (int)value);
        return sizeof(int);
    }

    private static int Int2(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (!TryParse(text, out var value) || value is < short.MinValue or > short.MaxValue)
        {
            return -1;
        }

        BinaryPrimitives.WriteInt16BigEndian(target, (short)value);
        return sizeof(short);
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var read) && read == text.Length;

    private static int Boolean(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var isTrue = text.SequenceEqual("true"u8);
        if (!isTrue && !text.SequenceEqual("false"u8))
        {
            return -1;
        }

        target[0] = isTrue ? (byte)1 : (byte)0;
        return 1;
    }

    // The server refuses what is too large or too small for the type; .NET makes infinity or zero of it.
    private static int Float8(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (
            !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !(double.IsNormal(value) || text.SequenceEqual("0"u8))
        )
        {
            return -1;
        }

        BinaryPrimitives.WriteDoubleBigEndian(target, value);
        return sizeof(double);
    }

    private static int Float4(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (
            !float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !(float.IsNormal(value) || text.SequenceEqual("0"u8))
        )
        {
            return -1;
        }

        BinaryPrimitives.WriteSingleBigEndian(target, value);
        return sizeof(float);
    }

    private static int Uuid(ReadOnlySpan<byte> text, Span<byte> target) =>
        Utf8Parser.TryParse(text, out Guid value, out var read, 'D')
        && read == text.Length
        && value.TryWriteBytes(target, bigEndian: true, out var written)
            ? written
            : -1;

    private static int Bytes(ReadOnlySpan<byte> text, Span<byte> target) =>
        Base64.DecodeFromUtf8(text, target, out _, out var written) == OperationStatus.Done ? written : -1;
}
