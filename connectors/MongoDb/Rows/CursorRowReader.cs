using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Values;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Rows;

/// <summary>
/// Hands out the documents of a cursor, one batch in memory at a time. No connection is held between batches: the cursor
/// lives at the server, and any connection can ask for the rest.
/// </summary>
internal sealed class CursorRowReader : RowReader
{
    private readonly MongoClient _client;
    private readonly MongoCommand _command;
    private readonly CommandDeadline _deadline;
    private readonly DocumentColumns _names = new();
    private readonly DbColumn[] _columns;
    private readonly (BsonType Type, Range Value)[] _values;
    private readonly SemaphoreSlim _turn = new(1);
    private CursorBatch _batch;
    private Exception? _fault;
    private bool _hasRow;
    private bool _ended;

    private CursorRowReader(MongoClient client, MongoCommand command, CommandDeadline deadline, CursorBatch batch)
    {
        (_client, _command, _deadline, _batch) = (client, command, deadline, batch);
        while (batch.MoveNext())
        {
            _names.Add(batch.Current);
        }

        batch.Rewind();
        _columns = _names.Describe(hasExtra: batch.Cursor != 0 || _names.IsFull);
        _values = new (BsonType, Range)[_names.Count];
    }

    public override IReadOnlyList<DbColumn> Columns => _columns;

    /// <summary>Makes the reader of an answer.</summary>
    /// <param name="client">For the batches that follow.</param>
    /// <param name="command">The query.</param>
    /// <param name="deadline">When it must end; the reader disposes it.</param>
    /// <param name="reply">The first answer; the reader's, unless this throws.</param>
    /// <returns>The reader before its first row.</returns>
    public static CursorRowReader Open(
        MongoClient client,
        MongoCommand command,
        CommandDeadline deadline,
        MongoReply reply
    )
    {
        try
        {
            return new CursorRowReader(client, command, deadline, CursorBatch.Of(reply));
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_fault is { } fault)
        {
            // After a failure nobody knows which documents the server takes for sent.
            return ValueTask.FromException<bool>(fault);
        }

        if (_ended)
        {
            return ValueTask.FromResult(false);
        }

        if (_batch.Cursor != 0)
        {
            _deadline.ThrowIfOver();
        }

        return Next() ? ValueTask.FromResult(true) : FetchAsync(cancellationToken);
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_columns.Length, nameof(column));
        if (!_hasRow)
        {
            throw new InvalidOperationException("There is no current row.");
        }

        try
        {
            if (column == _values.Length)
            {
                var extra = BsonValues.JsonOf(_batch.Current, name => _names.Find(name) < 0);
                return extra is null ? DbValue.Null : DbValue.FromJson(extra);
            }

            var (type, value) = _values[column];
            return BsonValues.Read(type, _batch.Current[value]);
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            // Whoever reads on must not take this for the end of the rows.
            _fault ??= new ObjectDisposedException(nameof(CursorRowReader));
        }

        // A read that is still running uses the batch, which must not be pulled away under it; so it is ended first.
        if (!await _turn.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            _deadline.Stop();
            await _turn.WaitAsync(CancellationToken.None);
        }

        try
        {
            if (!_ended)
            {
                var (cursor, collection) = (_batch.Cursor, _batch.Collection);
                End();
                if (cursor != 0)
                {
                    await _client.KillAsync(collection, cursor);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes the next document of the batch apart.</summary>
    private bool Next()
    {
        _hasRow = false;
        try
        {
            if (!_batch.MoveNext())
            {
                return false;
            }

            Array.Clear(_values);
            var reader = new BsonReader(_batch.Current);
            var next = 0;
            while (reader.Read())
            {
                var column = _names.Find(reader.Name, next);
                if (column >= 0)
                {
                    _values[column] = (reader.Type, reader.ValueStart..(reader.ValueStart + reader.Value.Length));
                    next = column + 1;
                }
            }

            return _hasRow = true;
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    private async ValueTask<bool> FetchAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var stop = _deadline.StopOn(cancellationToken);
            while (!_ended && _batch.Cursor != 0)
            {
                var following = await _client.MoreAsync(_command, _batch.Collection, _batch.Cursor, _deadline);
                _batch.Dispose();
                _batch = following;
                if (Next())
                {
                    return true;
                }
            }

            if (_fault is { } fault)
            {
                throw fault;
            }

            End();
            return false;
        }
        catch (Exception error)
        {
            _fault ??= error;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void End()
    {
        if (!_ended)
        {
            (_ended, _hasRow) = (true, false);
            _batch.Dispose();
            _deadline.Dispose();
        }
    }
}
