using Yyc3.Connectors.Contracts.Database.V1;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Runtime.Database;

/// <summary>
/// One message of streamed rows, filled again and again: a long result makes no garbage but its values. It may be filled once its
/// last writing has ended.
/// </summary>
internal sealed class RowPage
{
    private readonly List<Row> _rows = [];

    public RowPage(IReadOnlyList<DbColumn> columns) => DatabaseMapping.AddColumns(Message.Columns, columns);

    public StreamQueryResponse Message { get; } = new();

    public bool IsEmpty => Message.Rows.Count == 0;

    /// <summary>Fills it from the start.</summary>
    /// <returns>False when the result is over.</returns>
    public async ValueTask<bool> FillAsync(RowReader reader, int most, CancellationToken cancellationToken)
    {
        Message.Rows.Clear();
        while (Message.Rows.Count < most)
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }

            Message.Rows.Add(Take(reader, Message.Rows.Count));
        }

        return true;
    }

    private Row Take(RowReader reader, int index)
    {
        if (index == _rows.Count)
        {
            _rows.Add(DatabaseMapping.ToRow(reader));
            return _rows[index];
        }

        var values = _rows[index].Values;
        for (var column = 0; column < values.Count; column++)
        {
            DatabaseMapping.Write(reader.GetValue(column), values[column]);
        }

        return _rows[index];
    }
}
