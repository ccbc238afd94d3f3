using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql.Protocol.Values;

/// <summary>Reads fields of rows, in the form of prepared statements and in that of plain texts; both give the same values.</summary>
internal static class ColumnValues
{
    /// <summary>Reads a field of the binary protocol.</summary>
    /// <param name="field">Its bytes, without a length before them.</param>
    /// <param name="column">Its column.</param>
    /// <returns>The value.</returns>
    public static DbValue Binary(ReadOnlySpan<byte> field, ColumnDefinition column) =>
        column.Type switch
        {
            ColumnType.Tiny => Integer(column.IsUnsigned ? field[0] : (sbyte)field[0], column),
            ColumnType.Short or ColumnType.Year => DbValue.From(
                column.IsUnsigned
                    ? BinaryPrimitives.ReadUInt16LittleEndian(field)
                    : (long)BinaryPrimitives.ReadInt16LittleEndian(field)
            ),
            ColumnType.Long or ColumnType.Int24 => DbValue.From(
                column.IsUnsigned
                    ? BinaryPrimitives.ReadUInt32LittleEndian(field)
                    : (long)BinaryPrimitives.ReadInt32LittleEndian(field)
            ),
            ColumnType.LongLong => column.IsUnsigned
                ? Unsigned(BinaryPrimitives.ReadUInt64LittleEndian(field))
                : DbValue.From(BinaryPrimitives.ReadInt64LittleEndian(field)),
            ColumnType.Float => Single(BinaryPrimitives.ReadSingleLittleEndian(field)),
            ColumnType.Double => DbValue.From(BinaryPrimitives.ReadDoubleLittleEndian(field)),
            ColumnType.Date or ColumnType.NewDate or ColumnType.DateTime or ColumnType.Timestamp => CalendarText.Moment(
                field,
                column
            ),
            ColumnType.Time => CalendarText.Time(field, column),
            _ => TextOrBytes(field, column),
        };

    /// <summary>Reads a field of the text protocol.</summary>
    /// <param name="field">Its text.</param>
    /// <param name="column">Its column.</param>
    /// <returns>The value.</returns>
    public static DbValue Text(ReadOnlySpan<byte> field, ColumnDefinition column)
    {
        switch (column.Type)
        {
            case ColumnType.Tiny
            or ColumnType.Short
            or ColumnType.Int24
            or ColumnType.Long
            or ColumnType.LongLong
            or ColumnType.Year:
                if (Utf8Parser.TryParse(field, out long number, out var used) && used == field.Length)
                {
                    return Integer(number, column);
                }

                return DbValue.FromDecimal(Encoding.ASCII.GetString(field));
            case ColumnType.Float or ColumnType.Double:
                return DbValue.From(double.Parse(field, NumberStyles.Float, CultureInfo.InvariantCulture));
            case ColumnType.DateTime or ColumnType.Timestamp:
                return CalendarText.Moment(Encoding.ASCII.GetString(field));
            default:
                return TextOrBytes(field, column);
        }
    }

    private static DbValue TextOrBytes(ReadOnlySpan<byte> field, ColumnDefinition column) =>
        column.Type switch
        {
            ColumnType.Decimal or ColumnType.NewDecimal => DbValue.FromDecimal(Encoding.ASCII.GetString(field)),
            ColumnType.Bit => Bits(field, column),
            ColumnType.Geometry or ColumnType.Vector => DbValue.From(field.ToArray()),
            _ when column.IsJson => Json(field),
            ColumnType.Date or ColumnType.NewDate or ColumnType.Time => DbValue.From(Encoding.ASCII.GetString(field)),
            _ when column.IsBinary && column.ExtendedType is null => DbValue.From(field.ToArray()),
            _ => DbValue.From(Encoding.UTF8.GetString(field)),
        };

    private static DbValue Integer(long value, ColumnDefinition column) =>
        column.IsBoolean && value is 0 or 1 ? DbValue.From(value == 1) : DbValue.From(value);

    private static DbValue Unsigned(ulong value) =>
        value <= long.MaxValue
            ? DbValue.From((long)value)
            : DbValue.FromDecimal(value.ToString(CultureInfo.InvariantCulture));

    // The shortest text that means the same FLOAT: 0.1 rather than 0.10000000149011612.
    private static DbValue Single(float value)
    {
        Span<byte> text = stackalloc byte[32];
        return
            Utf8Formatter.TryFormat(value, text, out var length)
            && Utf8Parser.TryParse(text[..length], out double wide, out _)
            ? DbValue.From(wide)
            : DbValue.From((double)value);
    }

    private static DbValue Bits(ReadOnlySpan<byte> field, ColumnDefinition column)
    {
        if (field.Length > sizeof(ulong))
        {
            throw new MySqlProtocolException("A BIT is too long.");
        }

        var value = 0UL;
        foreach (var part in field)
        {
            value = (value << 8) | part;
        }

        return column.IsBoolean ? DbValue.From(value != 0) : Unsigned(value);
    }

    // MariaDB keeps JSON as text and tells by a CHECK that it is; a function may give what is none.
    private static DbValue Json(ReadOnlySpan<byte> field)
    {
        var reader = new Utf8JsonReader(field);
        try
        {
            while (reader.Read())
            {
                // Only its grammar matters.
            }
        }
        catch (JsonException)
        {
            return DbValue.From(Encoding.UTF8.GetString(field));
        }

        return DbValue.FromJson(Encoding.UTF8.GetString(field));
    }
}
