using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.MySql.Statements;

/// <summary>A statement that has passed the checks which need no server.</summary>
internal sealed class MySqlStatement
{
    private readonly SqlText _sql;

    private MySqlStatement(SqlText sql, DbStatement source, string field, StatementKind kind, bool isQuery)
    {
        (_sql, Field, Kind, IsQuery) = (sql, field, kind, isQuery);
        Timeout = source.Timeout;
        Text = sql.Rewrite(SqlParameterStyle.Positional);
        Values = sql.Parameters.Count == 0 ? [] : new DbValue[sql.Parameters.Count];
        for (var index = 0; index < Values.Length; index++)
        {
            Values[index] = source.Parameters[sql.Parameters[index].Name];
        }
    }

    /// <summary>Dotted path of its text, for errors.</summary>
    public string Field { get; }

    public StatementKind Kind { get; }

    /// <summary>Whether it may only read.</summary>
    public bool IsQuery { get; }

    public TimeSpan? Timeout { get; }

    /// <summary>Its text with <c>?</c> where a parameter stands.</summary>
    public string Text { get; }

    /// <summary>One value for each <c>?</c>.</summary>
    public DbValue[] Values { get; }

    public bool Inserts => _sql.Verb is "INSERT" or "REPLACE";

    /// <summary>
    /// Whether the server compiles it first. Not all statements can be compiled; those that only a person writes need not be.
    /// </summary>
    public bool IsPrepared =>
        Kind is StatementKind.Selects or StatementKind.Changes or StatementKind.Calls || Values.Length > 0;

    public static MySqlStatement ForQuery(DbStatement statement)
    {
        var sql = Parse(statement, "query");
        return new(sql, statement, "query", StatementGuard.Query(sql), isQuery: true);
    }

    public static MySqlStatement ForCommand(DbStatement statement, string field)
    {
        var sql = Parse(statement, field);
        return new(sql, statement, field, StatementGuard.Command(sql, field), isQuery: false);
    }

    /// <summary>
    /// Values to bind. A text is a moment where the server tells that the parameter is one. In a query so is an instant with an
    /// offset: compared as a text, the server would drop the offset.
    /// </summary>
    /// <param name="command">The command, prepared.</param>
    /// <returns>One value for each parameter.</returns>
    public IReadOnlyList<DbValue> Bind(MySqlCommand command)
    {
        var told = command.ParameterColumns;
        return Convert(
            (index, text) => (index < told.Count && told[index].IsDateTime) || (IsQuery && IsoInstant.HasOffset(text))
        );
    }

    /// <summary>Values to bind once the server has refused a text as a moment.</summary>
    /// <returns>The values with moments for all instants; null when there is none.</returns>
    public IReadOnlyList<DbValue>? BindInstants() =>
        Convert((_, _) => true) is var values && values != Values ? values : null;

    /// <summary>Makes the error for a value that cannot be bound.</summary>
    /// <param name="failure">Which, and why.</param>
    /// <returns>The exception to throw.</returns>
    public ConnectorException Refuse(MySqlValueException failure) =>
        ConnectorException.Invalid(_sql.ParameterField(_sql.Parameters[failure.Index].Name), failure.Message);

    private static SqlText Parse(DbStatement statement, string field) =>
        SqlText.Parse(statement.Text, SqlDialect.MySql, field).RequireSingle().RequireParameters(statement.Parameters);

    private DbValue[] Convert(Func<int, string, bool> isMoment)
    {
        var values = Values;
        for (var index = 0; index < Values.Length; index++)
        {
            if (
                Values[index].Kind == DbValueKind.String
                && IsoInstant.TryParse(Values[index].AsText(), out var instant)
                && isMoment(index, Values[index].AsText())
            )
            {
                values = values == Values ? [.. Values] : values;
                values[index] = DbValue.From(instant);
            }
        }

        return values;
    }
}
