using Yyc3.Connectors.MySql.Protocol.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>Where the fields of the current row lie; made once for a result and used for all its rows.</summary>
/// <param name="columns">The columns.</param>
/// <param name="isBinary">Whether the rows are those of a compiled statement.</param>
internal sealed class RowFields(ColumnDefinition[] columns, bool isBinary)
{
    private const byte TextNull = 0xFB;

    private readonly (int Start, int Length)[] _fields = new (int, int)[columns.Length];
    private ReadOnlyMemory<byte> _row;

    /// <summary>Takes a row.</summary>
    /// <param name="row">Its packet, which stays as it is until the next.</param>
    public void Take(ReadOnlyMemory<byte> row)
    {
        _row = row;
        if (isBinary)
        {
            FindBinary(row.Span);
        }
        else
        {
            FindText(row.Span);
        }
    }

    /// <summary>Reads a field.</summary>
    /// <param name="column">Its position.</param>
    /// <returns>The value.</returns>
    public DbValue Value(int column)
    {
        var (start, length) = _fields[column];
        if (length < 0)
        {
            return DbValue.Null;
        }

        var field = _row.Span.Slice(start, length);
        return isBinary ? ColumnValues.Binary(field, columns[column]) : ColumnValues.Text(field, columns[column]);
    }

    private void FindText(ReadOnlySpan<byte> row)
    {
        var packet = new PacketReader(row);
        for (var column = 0; column < _fields.Length; column++)
        {
            if (packet.Remaining > 0 && row[^packet.Remaining] == TextNull)
            {
                packet.Take(1);
                _fields[column] = (0, -1);
            }
            else
            {
                var length = packet.LengthEncoded().Length;
                _fields[column] = (row.Length - packet.Remaining - length, length);
            }
        }
    }

    private void FindBinary(ReadOnlySpan<byte> row)
    {
        // A zero, a bit for each null (the first two are not used), then the fields that are not null.
        var packet = new PacketReader(row);
        packet.Take(1);
        var nulls = packet.Take((columns.Length + 9) / 8);
        for (var column = 0; column < _fields.Length; column++)
        {
            if ((nulls[(column + 2) / 8] & (1 << ((column + 2) % 8))) != 0)
            {
                _fields[column] = (0, -1);
                continue;
            }

            var length = columns[column].Type switch
            {
                ColumnType.Null => 0,
                ColumnType.Tiny => 1,
                ColumnType.Short or ColumnType.Year => 2,
                ColumnType.Long or ColumnType.Int24 or ColumnType.Float => 4,
                ColumnType.LongLong or ColumnType.Double => 8,
                _ => -1,
            };
            length = length >= 0 ? packet.Take(length).Length : packet.LengthEncoded().Length;
            _fields[column] = (row.Length - packet.Remaining - length, length);
        }
    }
}
