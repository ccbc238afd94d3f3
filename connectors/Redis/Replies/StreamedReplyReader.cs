using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis.Replies;

/// <summary>
/// Rows of an answer as they come. The connection is this reader's alone and holds back what nobody reads; it goes back with
/// the last row.
/// </summary>
internal sealed class StreamedReplyReader : RowReader
{
    /// <summary>What is left of an answer is read to its end, to keep the connection, if it is no more than this.</summary>
    private const long ElementsWorthReading = 512;

    /// <inheritdoc cref="ElementsWorthReading"/>
    private const long BytesWorthReading = 64 * 1024;

    private readonly RedisConnections _connections;
    private readonly RespChannel _channel;
    private readonly StatementDeadline _deadline;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly DbValue[] _row;
    private long _rowsLeft;
    private bool _hasRow;
    private bool _hasEnded;
    private Exception? _fault;

    /// <summary>Begins to read rows.</summary>
    /// <param name="connections">Where the connection goes back to.</param>
    /// <param name="channel">The connection, behind the header; this reader's from now on.</param>
    /// <param name="header">Header of the answer, an aggregate.</param>
    /// <param name="isPairs">Whether two elements each are a key and its value.</param>
    /// <param name="deadline">When it must end; this reader disposes it.</param>
    public StreamedReplyReader(
        RedisConnections connections,
        RespChannel channel,
        RespHeader header,
        bool isPairs,
        StatementDeadline deadline
    )
    {
        (_connections, _channel, _deadline) = (connections, channel, deadline);
        Columns = isPairs ? ReplyColumns.KeyAndValue : ReplyColumns.Value;
        _row = new DbValue[Columns.Count];
        _rowsLeft = header.Number / Columns.Count;
    }

    public override IReadOnlyList<DbColumn> Columns { get; }

    public override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _hasRow = false;
            if (_hasEnded)
            {
                return _fault is null ? false : throw _fault;
            }

            await using var stop = _deadline.StopOn(cancellationToken);
            _hasRow = await NextAsync();
            return _hasRow;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_row.Length, nameof(column));
        return _hasRow ? _row[column] : throw new InvalidOperationException("There is no current row.");
    }

    public override async ValueTask DisposeAsync()
    {
        // A read that is still running uses the connection; it must not be pulled away under it.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            _hasRow = false;
            if (!_hasEnded)
            {
                // Whoever reads on must not take this for the end of the rows.
                _fault = new ObjectDisposedException(nameof(StreamedReplyReader));
                await EndAsync(await IsReadToEndAsync());
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<bool> NextAsync()
    {
        var isClean = false;
        try
        {
            _deadline.ThrowIfOver();
            if (_rowsLeft == 0)
            {
                isClean = true;
                await EndAsync(isClean);
                return false;
            }

            for (var column = 0; column < _row.Length; column++)
            {
                var header = await _channel.Reader.ReadHeaderAsync(_deadline.Token);
                var value = await _channel.Reader.ReadValueAsync(header, _deadline.Token);
                if (value.IsError || value.Type == RespType.TooLarge)
                {
                    throw await _connections.ErrorAsync(value, "query");
                }

                _row[column] = ReplyValues.Of(value);
            }

            _rowsLeft--;
            return true;
        }
        catch (Exception fault) when (!isClean)
        {
            _fault = _deadline.IsOver ? _deadline.Error(fault) : RedisErrors.Connection(fault);
            await EndAsync(isClean: false);
            throw _fault;
        }
    }

    private async ValueTask<bool> IsReadToEndAsync()
    {
        if (_deadline.IsOver)
        {
            return false;
        }

        try
        {
            var elements = _rowsLeft * _row.Length;
            var bytes = BytesWorthReading;
            while (elements > 0 && elements <= ElementsWorthReading)
            {
                // The header tells how much comes before any of it is waited for.
                var header = await _channel.Reader.ReadHeaderAsync(_deadline.Token);
                elements += header.IsAggregate ? header.Number - 1 : -1;
                bytes -= header.IsString ? header.Number : 0;
                if (bytes < 0)
                {
                    return false;
                }

                if (header.IsString)
                {
                    await _channel.Reader.ReadSummaryAsync(header, _deadline.Token);
                }
            }

            return elements == 0;
        }
        catch (Exception)
        {
            // The connection is closed then; the caller wants no more of it anyway.
            return false;
        }
    }

    private async ValueTask EndAsync(bool isClean)
    {
        _hasEnded = true;
        await _connections.Channels.ReturnAsync(_channel, isClean);
        _deadline.Dispose();
    }
}
