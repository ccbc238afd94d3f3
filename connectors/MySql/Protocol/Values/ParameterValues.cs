using System.Text;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql.Protocol.Values;

/// <summary>Writes the values of a prepared statement: which are null, their types, then the values.</summary>
internal static class ParameterValues
{
    /// <summary>Writes all values.</summary>
    /// <param name="values">One for each parameter, in order.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="MySqlValueException">A value cannot be bound.</exception>
    public static void Write(IReadOnlyList<DbValue> values, PacketWriter output)
    {
        if (values.Count == 0)
        {
            return;
        }

        var nulls = output.Zeros((values.Count + 7) / 8);
        for (var index = 0; index < values.Count; index++)
        {
            if (values[index].IsNull)
            {
                nulls[index / 8] |= (byte)(1 << (index % 8));
            }
        }

        // New types follow.
        output.Byte(1);
        for (var index = 0; index < values.Count; index++)
        {
            output.UInt16((ushort)TypeOf(values[index].Kind));
        }

        for (var index = 0; index < values.Count; index++)
        {
            Write(index, values[index], output);
        }
    }

    private static ColumnType TypeOf(DbValueKind kind) =>
        kind switch
        {
            DbValueKind.Null => ColumnType.Null,
            DbValueKind.Boolean => ColumnType.Tiny,
            DbValueKind.Int64 => ColumnType.LongLong,
            DbValueKind.Double => ColumnType.Double,
            DbValueKind.Decimal => ColumnType.NewDecimal,
            DbValueKind.Bytes => ColumnType.Blob,
            DbValueKind.Timestamp => ColumnType.DateTime,
            _ => ColumnType.VarString,
        };

    private static void Write(int index, DbValue value, PacketWriter output)
    {
        switch (value.Kind)
        {
            case DbValueKind.Null:
                break;
            case DbValueKind.Boolean:
                output.Byte(value.AsBoolean() ? (byte)1 : (byte)0);
                break;
            case DbValueKind.Int64:
                output.Int64(value.AsInt64());
                break;
            case DbValueKind.Double:
                output.Double(
                    double.IsFinite(value.AsDouble())
                        ? value.AsDouble()
                        : throw new MySqlValueException(index, "is not a number that can be stored")
                );
                break;
            case DbValueKind.Bytes:
                output.LengthEncoded(value.AsBytes());
                break;
            case DbValueKind.Timestamp:
                CalendarText.Write(value.AsTimestamp(), output);
                break;
            case DbValueKind.Decimal when DecimalDigits.Count(value.AsText()) > DecimalDigits.Most:
                // The server would put another number in its place.
                throw new MySqlValueException(index, "has more than 65 digits");
            default:
                WriteText(index, value.AsText(), output);
                break;
        }
    }

    private static void WriteText(int index, string text, PacketWriter output)
    {
        try
        {
            output.LengthEncodedText(text);
        }
        catch (EncoderFallbackException)
        {
            throw new MySqlValueException(index, "is not valid Unicode text");
        }
    }
}
