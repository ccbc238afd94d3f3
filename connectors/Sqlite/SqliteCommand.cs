using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.Sqlite;

/// <summary>A statement that has passed the checks which need no engine.</summary>
/// <param name="Sql">Its parts.</param>
/// <param name="Statement">What the caller gave.</param>
/// <param name="Field">Dotted path of its text, for errors.</param>
/// <param name="ReadOnly">Whether it may only read.</param>
internal sealed record SqliteCommand(SqlText Sql, DbStatement Statement, string Field, bool ReadOnly)
{
    /// <summary>Whether it inserts rows.</summary>
    public bool Inserts => Sql.Verb is "INSERT" or "REPLACE";

    /// <summary>Whether the engine's count of changed rows is this statement's.</summary>
    public bool Changes => Inserts || Sql.Verb is "UPDATE" or "DELETE";

    public static SqliteCommand Check(DbStatement statement, string field, bool readOnly)
    {
        var sql = SqlText.Parse(statement.Text, SqlDialect.Sqlite, field).RequireSingle();
        return new(sql.RequireParameters(statement.Parameters), statement, field, readOnly);
    }
}
