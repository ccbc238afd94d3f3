using System.Globalization;
using Npgsql;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Reads the common types from their wire format, exactly and without a way to fail.</summary>
internal static class BinaryColumns
{
    private const int SmallNumeric = 256;

    /// <summary>Whether <see cref="Read"/> reads a type.</summary>
    /// <param name="type">Object id of the type.</param>
    public static bool Knows(uint type) =>
        type
            is ColumnType.Boolean
                or ColumnType.Bytes
                or ColumnType.Name
                or ColumnType.Int8
                or ColumnType.Int2
                or ColumnType.Int4
                or ColumnType.Text
                or ColumnType.Oid
                or ColumnType.Json
                or ColumnType.Xml
                or ColumnType.Float4
                or ColumnType.Float8
                or ColumnType.FixedText
                or ColumnType.VaryingText
                or ColumnType.Date
                or ColumnType.Timestamp
                or ColumnType.Moment
                or ColumnType.Numeric
                or ColumnType.Uuid
                or ColumnType.JsonBinary;

    /// <summary>Reads a column of the current row.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="column">Position, from 0.</param>
    /// <param name="type">Object id of its type.</param>
    /// <returns>The value.</returns>
    public static DbValue Read(NpgsqlDataReader reader, int column, uint type)
    {
        if (reader.IsDBNull(column))
        {
            return DbValue.Null;
        }

        return type switch
        {
            ColumnType.Boolean => DbValue.From(reader.GetBoolean(column)),
            ColumnType.Int2 => DbValue.From(reader.GetInt16(column)),
            ColumnType.Int4 => DbValue.From(reader.GetInt32(column)),
            ColumnType.Int8 => DbValue.From(reader.GetInt64(column)),
            ColumnType.Oid => DbValue.From(reader.GetFieldValue<uint>(column)),
            ColumnType.Float4 => DbValue.From(Widen(reader.GetFloat(column))),
            ColumnType.Float8 => DbValue.From(reader.GetDouble(column)),
            ColumnType.Numeric => Numeric(reader, column),
            ColumnType.Bytes => DbValue.From(reader.GetFieldValue<byte[]>(column)),
            ColumnType.Moment => CalendarText.Moment(reader.GetFieldValue<long>(column)),
            ColumnType.Timestamp => DbValue.From(CalendarText.Timestamp(reader.GetFieldValue<long>(column))),
            ColumnType.Date => DbValue.From(CalendarText.Date(reader.GetFieldValue<int>(column))),
            ColumnType.Uuid => DbValue.From(reader.GetGuid(column).ToString()),
            ColumnType.Json or ColumnType.JsonBinary => DbValue.FromJson(reader.GetString(column)),
            _ => DbValue.From(reader.GetString(column)),
        };
    }

    /// <summary>The double that has the same shortest digits, as the text of a <c>real</c> has them: 0.1 stays 0.1.</summary>
    private static double Widen(float value) =>
        float.IsFinite(value)
            ? double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : value;

    private static DbValue Numeric(NpgsqlDataReader reader, int column)
    {
        var length = (int)reader.GetBytes(column, 0, null, 0, 0);
        var wire = new byte[Math.Max(length, SmallNumeric)];
        reader.GetBytes(column, 0, wire, 0, length);
        var text = NumericText.Write(wire.AsSpan(0, length), out var isNumber);
        return isNumber ? DbValue.FromDecimal(text) : DbValue.From(text);
    }
}
