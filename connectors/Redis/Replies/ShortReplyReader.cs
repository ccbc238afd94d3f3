using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis.Replies;

/// <summary>Rows of an answer that is there already: one value, or few.</summary>
/// <param name="reply">The answer; no error.</param>
internal sealed class ShortReplyReader(RespValue reply) : RowReader
{
    private readonly RespValue[]? _items = reply.IsAggregate ? reply.Items : null;
    private int _row = -1;
    private bool _isCutShort;

    private int Rows => _items?.Length ?? 1;

    public override IReadOnlyList<DbColumn> Columns => ReplyColumns.Value;

    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isCutShort, this);
        _row = Math.Min(_row + 1, Rows);
        return ValueTask.FromResult(_row < Rows);
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(column, 0);
        return _row < 0 || _row >= Rows
            ? throw new InvalidOperationException("There is no current row.")
            : ReplyValues.Of(_items is null ? reply : _items[_row]);
    }

    public override ValueTask DisposeAsync()
    {
        (_isCutShort, _row) = (_isCutShort || _row < Rows, Rows);
        return ValueTask.CompletedTask;
    }
}
