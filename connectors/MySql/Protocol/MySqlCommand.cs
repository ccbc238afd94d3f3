using Yyc3.Connectors.MySql.Protocol.Values;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>A statement on a connection. Once it is prepared it is compiled by the server; only then may it have parameters.</summary>
/// <param name="connection">The connection.</param>
/// <param name="text">The statement, with <c>?</c> where a parameter stands.</param>
internal sealed class MySqlCommand(MySqlConnection connection, string text)
{
    private const byte NoCursor = 0;

    private PreparedStatement? _prepared;
    private bool _isCached;

    /// <summary>One value for each <c>?</c>, in order.</summary>
    public IReadOnlyList<DbValue> Parameters { get; set; } = [];

    /// <summary>A statement that is sent in the same write behind this one; it gives no rows.</summary>
    public string? FollowedBy { get; set; }

    /// <summary>What the server tells of the parameters; empty when it is not prepared.</summary>
    public IReadOnlyList<ColumnDefinition> ParameterColumns => _prepared?.Parameters ?? [];

    /// <summary>Whether its rows have columns; known once it is prepared.</summary>
    public bool GivesRows => _prepared is { Columns.Length: > 0 };

    /// <summary>Has the server compile it, unless it has.</summary>
    /// <returns>A task that completes when it is compiled.</returns>
    /// <exception cref="MySqlException">It cannot be.</exception>
    public async ValueTask PrepareAsync()
    {
        if (connection.Statements.TryGet(text, out _prepared))
        {
            _isCached = true;
            return;
        }

        try
        {
            _prepared = await CompileAsync();
        }
        catch (Exception error) when (error is not MySqlException)
        {
            connection.MarkBroken();
            throw;
        }

        var surplus = connection.Statements.Add(text, _prepared);
        _isCached = surplus != _prepared;
        if (_isCached && surplus is not null)
        {
            // Has no answer, so it goes with the next write.
            CloseStatement(surplus);
        }
    }

    /// <summary>Runs it.</summary>
    /// <returns>Its rows; none when it gives none.</returns>
    /// <exception cref="MySqlException">It fails before its first row.</exception>
    /// <exception cref="MySqlValueException">A value cannot be bound; nothing was sent.</exception>
    public async ValueTask<MySqlDataReader> ExecuteReaderAsync()
    {
        try
        {
            Write();
            var failure = await connection.FlushAsync();
            var reader = new MySqlDataReader(connection, _prepared, FollowedBy is not null);
            if (failure is not null)
            {
                await DropAsync(reader);
                throw failure;
            }

            await reader.ReadHeadAsync();
            return reader;
        }
        catch (Exception error) when (error is not (MySqlException or MySqlValueException))
        {
            connection.MarkBroken();
            throw;
        }
    }

    /// <summary>Runs it for its effect.</summary>
    /// <returns>Rows it found or changed.</returns>
    /// <exception cref="MySqlException">It fails.</exception>
    public async Task<long> ExecuteNonQueryAsync()
    {
        var reader = await ExecuteReaderAsync();
        await reader.DrainAsync();
        return reader.RecordsAffected;
    }

    /// <summary>What was to come first has failed, so this has run without it.</summary>
    private static async Task DropAsync(MySqlDataReader reader)
    {
        try
        {
            await reader.ReadHeadAsync();
            await reader.DrainAsync();
        }
        catch (MySqlException)
        {
            // The first failure tells more.
        }
    }

    private void Write()
    {
        if (_prepared is null)
        {
            connection.Write(CommandCode.Query, text);
        }
        else
        {
            WriteExecute(_prepared);
            if (!_isCached)
            {
                CloseStatement(_prepared);
            }
        }

        if (FollowedBy is not null)
        {
            connection.Write(CommandCode.Query, FollowedBy);
        }
    }

    private void WriteExecute(PreparedStatement statement)
    {
        var output = connection.Channel.Output;
        output.Begin(CommandCode.ExecuteStatement);
        try
        {
            output.UInt32(statement.Id);
            output.Byte(NoCursor);
            output.UInt32(1);
            ParameterValues.Write(Parameters, output);
            if (output.PayloadLength >= connection.LongestPacket)
            {
                // The server would answer by breaking the connection.
                throw new MySqlException(MySqlErrorCode.PacketTooLarge, "08S01", "The values are too long.");
            }
        }
        catch
        {
            output.Discard();
            throw;
        }

        output.End();
    }

    private void CloseStatement(PreparedStatement statement)
    {
        var output = connection.Channel.Output;
        output.Begin(CommandCode.CloseStatement);
        output.UInt32(statement.Id);
        output.End();
    }

    private async Task<PreparedStatement> CompileAsync()
    {
        connection.Write(CommandCode.PrepareStatement, text);
        var failure = await connection.FlushAsync();
        var packet = await connection.Channel.ReadAsync(CancellationToken.None);
        if (Answer.IsError(packet.Span))
        {
            throw failure ?? connection.Failed(Answer.ParseError(packet.Span));
        }

        var (id, columnCount, parameterCount) = ParseHead(packet.Span);
        var parameters = await ColumnReader.ReadAsync(connection, parameterCount);
        var columns = await ColumnReader.ReadAsync(connection, columnCount);
        return failure is null ? new PreparedStatement(id, parameters, columns) : throw failure;
    }

    private static (uint Id, int Columns, int Parameters) ParseHead(ReadOnlySpan<byte> payload)
    {
        var head = new PacketReader(payload);
        if (head.Byte() != 0)
        {
            throw new MySqlProtocolException("The server does not say whether the statement is compiled.");
        }

        return (head.UInt32(), head.UInt16(), head.UInt16());
    }
}
