using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.PostgreSql.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>Statements on their way through one transaction: which have been sent, and what they have answered.</summary>
internal sealed class CommandRun(CheckedStatement[] statements)
{
    // The commands that are a caller's, with the place of their statement.
    private readonly List<(NpgsqlBatchCommand Command, int Statement)> _chunk = [];
    private readonly string?[] _insertIds = new string?[statements.Length];
    private readonly long[] _affected = new long[statements.Length];
    private NpgsqlBatchCommand? _commit;
    private TimeSpan? _timeout;
    private int _answering;

    public CheckedStatement[] Statements => statements;

    /// <summary>How many statements have been sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Whether the server has confirmed the end of the transaction.</summary>
    public bool IsCommitted => _commit is not null && _commit.StatementType != StatementType.Unknown;

    public ExecuteResult[] Results =>
        [.. statements.Select((_, index) => new ExecuteResult(_affected[index], _insertIds[index]))];

    /// <summary>Starts from the first statement.</summary>
    public void Begin()
    {
        (Sent, _commit, _timeout) = (0, null, null);
        Array.Clear(_insertIds);
    }

    /// <summary>Adds the next statements, with the begin of the transaction before the first and its end behind the last.</summary>
    /// <param name="batch">Where to add them.</param>
    /// <param name="size">How many at most.</param>
    /// <param name="keys">Knows which inserts to ask for their key.</param>
    public void AddChunk(NpgsqlBatch batch, int size, GeneratedKeys keys)
    {
        _chunk.Clear();
        _answering = 0;
        if (Sent == 0)
        {
            Session.Add(batch, "BEGIN");
        }

        var end = Math.Min(Sent + size, statements.Length);
        for (; Sent < end; Sent++)
        {
            var statement = statements[Sent];
            if (statement.Timeout != _timeout)
            {
                _timeout = statement.Timeout;
                Session.AddTimeout(batch, _timeout);
            }

            var command = Session.Add(batch, keys.TextOf(statement));
            statement.Bind(command.Parameters);
            _chunk.Add((command, Sent));
        }

        if (Sent == statements.Length)
        {
            _commit = Session.Add(batch, "COMMIT");
            Session.Add(batch, Session.Reset);
        }
    }

    /// <summary>Whether the rows that the server is sending now are those of an INSERT.</summary>
    public bool WantsKey() => Answering() is { } index && statements[index].Inserts;

    /// <summary>Takes the key from the current row.</summary>
    /// <param name="reader">The reader.</param>
    public void TakeKey(NpgsqlDataReader reader)
    {
        if (Answering() is not { } index || reader.FieldCount == 0)
        {
            return;
        }

        var type = reader.GetDataTypeOID(0);
        var value = BinaryColumns.Knows(type) ? BinaryColumns.Read(reader, 0, type) : DbValue.Null;
        _insertIds[index] = value.Kind switch
        {
            DbValueKind.Null => null,
            DbValueKind.Bytes => Convert.ToHexStringLower(value.AsBytes()),
            _ => value.ToString(),
        };
    }

    /// <summary>Notes what the chunk has changed.</summary>
    public void EndChunk()
    {
        foreach (var (command, index) in _chunk)
        {
            _affected[index] = command.StatementType
                is StatementType.Insert
                    or StatementType.Update
                    or StatementType.Delete
                    or StatementType.Merge
                ? (long)command.Rows
                : 0;
        }
    }

    /// <summary>Finds the statement that an error is about.</summary>
    /// <param name="fault">The error.</param>
    /// <returns>The statement; null when the error is about none.</returns>
    public CheckedStatement? Culprit(Exception fault)
    {
        if (fault is PostgresException { BatchCommand: { } command })
        {
            foreach (var (sent, index) in _chunk)
            {
                if (ReferenceEquals(sent, command))
                {
                    return statements[index];
                }
            }
        }

        return null;
    }

    /// <summary>The first statement of the chunk that the server has not completed is the one that it is answering.</summary>
    private int? Answering()
    {
        while (_answering < _chunk.Count && _chunk[_answering].Command.StatementType != StatementType.Unknown)
        {
            _answering++;
        }

        return _answering < _chunk.Count ? _chunk[_answering].Statement : null;
    }
}
