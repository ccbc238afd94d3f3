using Microsoft.Data.Sqlite;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>A prepared statement with numbered parameters, kept for the life of its connection.</summary>
internal sealed class QueueStatement
{
    private readonly SqliteCommand _command;

    public QueueStatement(SqliteCommand command, int parameters)
    {
        _command = command;
        for (var number = 1; number <= parameters; number++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"?{number}" });
        }
    }

    /// <summary>Rows changed.</summary>
    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    public SqliteDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    /// <summary>The number in the first column of the first row, or null without one.</summary>
    public long? Number(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalar() as long?;
    }

    /// <summary>The text in the first column of the first row, or null without one.</summary>
    public string? Text(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalar() as string;
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
