using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Rows to be written into one table, all with values for the same columns.</summary>
public sealed class TablePage
{
    private readonly TableShape _shape;
    private readonly IReadOnlyList<SyncRecord> _records;
    private readonly int[] _places;

    // The parts of the key that are no fields: they come from the id.
    private readonly List<(string Name, int Part)> _fromId = [];

    internal TablePage(TableShape shape, IReadOnlyCollection<string> names, IReadOnlyList<SyncRecord> records)
    {
        (_shape, _records) = (shape, records);
        Columns = [.. shape.Columns.Where(column => names.Contains(column.Name) || shape.Key.Contains(column))];
        Key = [.. shape.Key.Select(column => column.Name)];
        for (var part = 0; part < Key.Count; part++)
        {
            if (!names.Contains(Key[part]))
            {
                _fromId.Add((Key[part], part));
            }
        }

        _places = [.. _fromId.Select(key => key.Name).Concat(names).Select(PlaceOf)];
    }

    /// <summary>The table, as <see cref="RecordTable.Table"/> names it.</summary>
    public string Table => _shape.Table.Table;

    /// <summary>The columns that are written.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Names of those of them that are the key.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>How many rows there are.</summary>
    public int Count => _records.Count;

    /// <summary>Takes a row apart.</summary>
    /// <param name="row">Its place in the page, from 0.</param>
    /// <returns>Its values, one for each column, in any order.</returns>
    public TableCells Cells(int row) => new(Json(row), _places);

    /// <summary>The rows as a JSON array of objects.</summary>
    internal string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(_records.Sum(record => record.Data.Length + 16));
        buffer.Write("["u8);
        for (var row = 0; row < _records.Count; row++)
        {
            if (row > 0)
            {
                buffer.Write(","u8);
            }

            buffer.Write(Json(row).Span);
        }

        buffer.Write("]"u8);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private int PlaceOf(string name)
    {
        for (var place = 0; place < Columns.Count; place++)
        {
            if (Columns[place].Name == name)
            {
                return place;
            }
        }

        return -1;
    }

    private ReadOnlyMemory<byte> Json(int row)
    {
        var record = _records[row];
        if (_fromId.Count == 0)
        {
            return record.Data;
        }

        var key = TableKey.Of(_shape, record.Id);
        var buffer = new ArrayBufferWriter<byte>(record.Data.Length + 64);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var (name, part) in _fromId)
            {
                json.WriteString(name, key[part]);
            }
        }

        if (record.Data.Length > 2)
        {
            buffer.Write(","u8);
        }

        buffer.Write(record.Data.Span[1..]);
        return buffer.WrittenMemory;
    }
}
