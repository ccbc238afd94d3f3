using Yyc3.Connectors.MySql.Protocol.Values;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>
/// Rows as they come; the current one is read where it lies in the connection's buffer. The connection does nothing else until
/// all are read.
/// </summary>
internal sealed class MySqlDataReader
{
    private readonly MySqlConnection _connection;
    private readonly PreparedStatement? _statement;
    private readonly bool _isFollowed;
    private ColumnDefinition[] _columns = [];
    private RowFields _fields = new([], isBinary: false);
    private MySqlException? _failure;
    private ReaderState _state = ReaderState.Head;
    private bool _hasRow;

    /// <summary>Reads the answer to a command.</summary>
    /// <param name="connection">Where it comes from.</param>
    /// <param name="statement">The compiled statement it is for; null for a plain text.</param>
    /// <param name="isFollowed">Whether the answer to another command comes behind it.</param>
    public MySqlDataReader(MySqlConnection connection, PreparedStatement? statement, bool isFollowed) =>
        (_connection, _statement, _isFollowed) = (connection, statement, isFollowed);

    public int FieldCount => _columns.Length;

    public IReadOnlyList<ColumnDefinition> Columns => _columns;

    /// <summary>Rows found or changed, of all results so far.</summary>
    public long RecordsAffected { get; private set; }

    /// <summary>First key the command has generated; 0 for none.</summary>
    public ulong LastInsertedId { get; private set; }

    /// <summary>Whether everything is read, so that the connection is free.</summary>
    public bool IsDone => _state == ReaderState.Done;

    /// <summary>Whether the next step may have to wait for the network.</summary>
    public bool HasBuffered => _connection.Channel.HasPacket;

    /// <summary>Goes to the next row of this result.</summary>
    /// <returns>False after the last.</returns>
    /// <exception cref="MySqlException">The command failed meanwhile.</exception>
    public ValueTask<bool> ReadAsync()
    {
        _hasRow = false;
        try
        {
            while (_state is ReaderState.Rows or ReaderState.Follower)
            {
                if (!_connection.Channel.TryRead(out var packet))
                {
                    return ReadSlowAsync();
                }

                if (Take(packet))
                {
                    return ValueTask.FromResult(true);
                }
            }
        }
        catch (Exception error) when (error is not MySqlException)
        {
            _connection.MarkBroken();
            throw;
        }

        return EndAsync();
    }

    /// <summary>Reads a field of the current row.</summary>
    /// <param name="column">Its position, from 0.</param>
    /// <returns>The value.</returns>
    public DbValue GetValue(int column) =>
        _hasRow ? _fields.Value(column) : throw new InvalidOperationException("There is no current row.");

    /// <summary>Goes to the next result of a command that has several.</summary>
    /// <returns>False after the last.</returns>
    public async ValueTask<bool> NextResultAsync()
    {
        while (_state == ReaderState.Rows)
        {
            await ReadAsync();
        }

        if (_state != ReaderState.Between)
        {
            return false;
        }

        _state = ReaderState.Head;
        await ReadHeadAsync();
        return true;
    }

    /// <summary>Reads what is left, so that the connection is free.</summary>
    /// <returns>A task that completes when it is.</returns>
    /// <exception cref="MySqlException">The command failed meanwhile.</exception>
    public async ValueTask DrainAsync()
    {
        do
        {
            while (await ReadAsync())
            {
                // Nobody wants it.
            }
        } while (await NextResultAsync());
    }

    /// <summary>Skips what is here already.</summary>
    /// <returns>True when that was all.</returns>
    public bool SkipBuffered()
    {
        _hasRow = false;
        while (_state is ReaderState.Rows or ReaderState.Follower && _connection.Channel.TryRead(out var packet))
        {
            Take(packet);
        }

        return _state == ReaderState.Done;
    }

    /// <summary>Reads up to the first row, or to the end of what gives none.</summary>
    /// <returns>A task that completes when the columns are known.</returns>
    /// <exception cref="MySqlException">The command failed.</exception>
    public async ValueTask ReadHeadAsync()
    {
        try
        {
            var packet = await _connection.Channel.ReadAsync(CancellationToken.None);
            if (Answer.IsError(packet.Span) || Answer.IsOk(packet.Span))
            {
                _columns = [];
                Finish(packet.Span);
            }
            else
            {
                await ReadColumnsAsync(packet);
            }
        }
        catch (Exception error) when (error is not MySqlException)
        {
            _connection.MarkBroken();
            throw;
        }

        if (_failure is not null)
        {
            await ReadAsync();
        }
    }

    private async ValueTask ReadColumnsAsync(ReadOnlyMemory<byte> head)
    {
        var (count, isTold) = ParseHead(head.Span);
        if (isTold)
        {
            _columns = await ColumnReader.ReadAsync(_connection, count);
            if (_statement is not null)
            {
                _statement.Columns = _columns;
            }
        }
        else
        {
            _columns =
                _statement?.Columns.Length == count
                    ? _statement.Columns
                    : throw new MySqlProtocolException("The server leaves out columns that it has not told.");
            await ColumnReader.ReadEndAsync(_connection);
        }

        _fields = new RowFields(_columns, isBinary: _statement is not null);
        _state = ReaderState.Rows;
    }

    private (int Count, bool IsTold) ParseHead(ReadOnlySpan<byte> payload)
    {
        var head = new PacketReader(payload);
        var count = head.LengthEncodedInteger();
        if (count is 0 or > ushort.MaxValue)
        {
            throw new MySqlProtocolException("A result has an impossible number of columns.");
        }

        return ((int)count, !_connection.Capabilities.HasFlag(Capabilities.CacheMetadata) || head.Byte() != 0);
    }

    private async ValueTask<bool> ReadSlowAsync()
    {
        try
        {
            while (_state is ReaderState.Rows or ReaderState.Follower)
            {
                if (Take(await _connection.Channel.ReadAsync(CancellationToken.None)))
                {
                    return true;
                }
            }
        }
        catch (Exception error) when (error is not MySqlException)
        {
            _connection.MarkBroken();
            throw;
        }

        return await EndAsync();
    }

    private ValueTask<bool> EndAsync()
    {
        if (_failure is not { } failure)
        {
            return ValueTask.FromResult(false);
        }

        _failure = null;
        return ValueTask.FromException<bool>(failure);
    }

    private bool Take(ReadOnlyMemory<byte> packet)
    {
        if (_state == ReaderState.Follower)
        {
            TakeFollower(packet.Span);
            return false;
        }

        if (Answer.IsEnd(packet.Span) || Answer.IsError(packet.Span))
        {
            Finish(packet.Span);
            return false;
        }

        _fields.Take(packet);
        return _hasRow = true;
    }

    private void TakeFollower(ReadOnlySpan<byte> packet)
    {
        _state = ReaderState.Done;
        if (Answer.IsError(packet))
        {
            _failure ??= _connection.Failed(Answer.ParseError(packet));
        }
        else
        {
            Answer.Parse(packet);
        }
    }

    private void Finish(ReadOnlySpan<byte> packet)
    {
        _state = _isFollowed ? ReaderState.Follower : ReaderState.Done;
        if (Answer.IsError(packet))
        {
            _failure = _connection.Failed(Answer.ParseError(packet));
            return;
        }

        var answer = Answer.Parse(packet);
        RecordsAffected += (long)answer.AffectedRows;
        LastInsertedId = answer.LastInsertId;
        if (answer.Status.HasFlag(ServerStatus.MoreResults))
        {
            _state = ReaderState.Between;
        }
    }
}
