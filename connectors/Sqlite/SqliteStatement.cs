using System.Globalization;
using System.Text;
using SQLitePCL;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sqlite;

/// <summary>A caller's statement on a connection, compiled and bound; it speaks the SDK's errors.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly SqliteSession _session;
    private readonly SqliteCommand _command;
    private readonly StatementDeadline _deadline;
    private readonly sqlite3_stmt _handle;

    private SqliteStatement(
        SqliteSession session,
        SqliteCommand command,
        StatementDeadline deadline,
        sqlite3_stmt handle
    )
    {
        (_session, _command, _deadline, _handle) = (session, command, deadline, handle);
    }

    public sqlite3_stmt Handle => _handle;

    /// <summary>Compiles and binds.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="command">The statement.</param>
    /// <param name="deadline">When it must end.</param>
    /// <returns>The statement before its first row.</returns>
    /// <exception cref="ConnectorException">It is refused.</exception>
    public static SqliteStatement Open(SqliteSession session, SqliteCommand command, StatementDeadline deadline)
    {
        deadline.ThrowIfOver();
        session.Stop = deadline.Token;
        sqlite3_stmt? handle;
        string tail;
        try
        {
            handle = session.Compile(command.Sql.Source, out tail);
        }
        catch (SqliteFailure failure)
        {
            throw Error(failure, command, deadline);
        }

        if (handle is null)
        {
            throw ConnectorException.Invalid(command.Field, "holds no statement");
        }

        var statement = new SqliteStatement(session, command, deadline, handle);
        try
        {
            statement.Judge(tail);
            statement.Bind();
            return statement;
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="ConnectorException">It failed.</exception>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        try
        {
            _session.Check(code);
            return false;
        }
        catch (SqliteFailure failure)
        {
            throw Error(failure, _command, _deadline);
        }
    }

    /// <summary>Goes back before the first row; the bound values stay.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_handle);

    public void Dispose() => _handle.Dispose();

    private static Exception Error(SqliteFailure failure, SqliteCommand command, StatementDeadline deadline) =>
        failure.Primary == raw.SQLITE_INTERRUPT ? deadline.Error(failure) : SqliteErrors.Map(failure, command);

    /// <summary>The engine has the last word on what the tokenizer has found.</summary>
    private void Judge(string tail)
    {
        if (Sdk.Sql.SqlText.Parse(tail, Sdk.Sql.SqlDialect.Sqlite, _command.Field).StatementCount != 0)
        {
            throw ConnectorException.Invalid(_command.Field, "holds more than one statement");
        }

        if (_command.ReadOnly && raw.sqlite3_stmt_readonly(_handle) == 0)
        {
            throw SqliteErrors.ReadOnly(_command.Field);
        }

        if (_command.Sql.Verb is "VACUUM")
        {
            throw SqliteErrors.NotAllowed(_command.Field);
        }
    }

    private void Bind()
    {
        var count = raw.sqlite3_bind_parameter_count(_handle);
        for (var index = 1; index <= count; index++)
        {
            var name = raw.sqlite3_bind_parameter_name(_handle, index).utf8_to_string();
            if (name is not [':', ..] || !_command.Statement.Parameters.TryGetValue(name[1..], out var value))
            {
                throw ConnectorException.Invalid(_command.Field, "parameters are written :name, with a letter first");
            }

            Bind(index, name[1..], value);
        }
    }

    private void Bind(int index, string name, DbValue value)
    {
        var code = value.Kind switch
        {
            DbValueKind.Null => raw.sqlite3_bind_null(_handle, index),
            DbValueKind.Boolean => raw.sqlite3_bind_int64(_handle, index, value.AsBoolean() ? 1 : 0),
            DbValueKind.Int64 => raw.sqlite3_bind_int64(_handle, index, value.AsInt64()),
            DbValueKind.Double => raw.sqlite3_bind_double(_handle, index, Number(name, value.AsDouble())),
            DbValueKind.Bytes => BindBytes(index, value.AsBytes()),
            DbValueKind.Timestamp => BindText(index, name, SqliteValues.FormatTimestamp(value.AsTimestamp())),
            _ => BindText(index, name, value.AsText()),
        };
        if (code != raw.SQLITE_OK)
        {
            throw ConnectorException.Invalid(_command.Sql.ParameterField(name), "is longer than the limit");
        }
    }

    // The engine takes a null pointer, which is what an empty span has, for NULL.
    private int BindBytes(int index, byte[] bytes) =>
        bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(_handle, index, 0) : raw.sqlite3_bind_blob(_handle, index, bytes);

    private int BindText(int index, string name, string text)
    {
        if (text.Length == 0)
        {
            return raw.sqlite3_bind_text(_handle, index, "");
        }

        try
        {
            return raw.sqlite3_bind_text(_handle, index, StrictUtf8.GetBytes(text));
        }
        catch (EncoderFallbackException)
        {
            throw ConnectorException.Invalid(_command.Sql.ParameterField(name), "is not valid Unicode text");
        }
    }

    private double Number(string name, double value) =>
        double.IsNaN(value)
            ? throw ConnectorException.Invalid(
                _command.Sql.ParameterField(name),
                string.Create(CultureInfo.InvariantCulture, $"{value} cannot be stored")
            )
            : value;
}
