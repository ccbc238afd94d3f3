using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Rows;

/// <summary>Rows of an answer that is complete: one row of its members, or one row per value of <c>distinct</c>.</summary>
internal sealed class ReplyRowReader : RowReader
{
    private readonly DbColumn[] _columns;
    private readonly DbValue[][] _rows;
    private int _current = -1;
    private bool _isCutShort;

    private ReplyRowReader(DbColumn[] columns, DbValue[][] rows) => (_columns, _rows) = (columns, rows);

    public override IReadOnlyList<DbColumn> Columns => _columns;

    /// <summary>Makes the reader of an answer.</summary>
    /// <param name="command">The command that was answered.</param>
    /// <param name="answer">The answer; copied.</param>
    /// <returns>The reader before its first row.</returns>
    public static ReplyRowReader Of(string command, ReadOnlySpan<byte> answer)
    {
        try
        {
            return command switch
            {
                "distinct" => Values(answer),
                "count" => Members(answer, name => name.SequenceEqual("n"u8)),
                _ => Members(answer, name => name is not [(byte)'$', ..] && !name.SequenceEqual("operationTime"u8)),
            };
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isCutShort, this);
        _current = Math.Min(_current + 1, _rows.Length);
        return ValueTask.FromResult(_current < _rows.Length);
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_columns.Length, nameof(column));
        return _current >= 0 && _current < _rows.Length
            ? _rows[_current][column]
            : throw new InvalidOperationException("There is no current row.");
    }

    public override ValueTask DisposeAsync()
    {
        (_isCutShort, _current) = (_isCutShort || _current < _rows.Length, _rows.Length);
        return ValueTask.CompletedTask;
    }

    private static ReplyRowReader Values(ReadOnlySpan<byte> answer)
    {
        var reader = new BsonReader(answer);
        if (!reader.Find("values"u8) || reader.Type != BsonType.Array)
        {
            throw new BsonFormatException("The answer holds no values.");
        }

        var rows = new List<DbValue[]>();
        var values = new BsonReader(reader.Value);
        while (values.Read())
        {
            rows.Add([BsonValues.Read(values.Type, values.Value)]);
        }

        return new ReplyRowReader([new DbColumn("value", "")], [.. rows]);
    }

    private static ReplyRowReader Members(ReadOnlySpan<byte> answer, Utf8Predicate isShown)
    {
        var columns = new List<DbColumn>();
        var row = new List<DbValue>();
        var reader = new BsonReader(answer);
        while (reader.Read())
        {
            if (isShown(reader.Name))
            {
                var name = System.Text.Encoding.UTF8.GetString(reader.Name);
                columns.Add(new DbColumn(name, BsonValues.TypeName(reader.Type)));
                row.Add(BsonValues.Read(reader.Type, reader.Value));
            }
        }

        return new ReplyRowReader(
            [.. columns],
            [
                [.. row],
            ]
        );
    }
}
