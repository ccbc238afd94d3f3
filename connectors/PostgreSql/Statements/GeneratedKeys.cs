using System.Collections.Concurrent;
using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>
/// PostgreSQL tells an inserted row's key only to who asks with <c>RETURNING</c>: <c>lastval()</c> is the newest value of any
/// sequence, such as that of a log table which a trigger fills. So the server is asked once per text what an INSERT does, and
/// where it makes the primary key itself, <c>RETURNING</c> that column is added to the text.
/// </summary>
internal sealed class GeneratedKeys
{
    private const int MostTexts = 1000;
    private const int MostTextsAtOnce = 32;

    // Only tables whose key the role may read: RETURNING needs that right, and the rows' policies would be asked too.
    private const string KeyOfTable = """
        SELECT (a.attnum - 1)::text, quote_ident(a.attname), (a.attidentity <> '')::text,
               coalesce(pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p') AND NOT c.relhasrules
          AND NOT row_security_active(c.oid) AND has_column_privilege(c.oid, a.attnum, 'SELECT')
        """;

    // The column to ask for; null when the text is to run as it is.
    private readonly ConcurrentDictionary<string, string?> _columns = new(StringComparer.Ordinal);

    /// <summary>What to send for a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <returns>Its text, with <c>RETURNING</c> where that has been found right.</returns>
    public string TextOf(CheckedStatement statement) =>
        statement.Inserts && _columns.TryGetValue(TextKey.Of(statement.Text), out var column) && column is not null
            ? Returning(statement, column)
            : statement.Text;

    /// <summary>Drops what is known about a statement that has failed: its table may have changed.</summary>
    /// <param name="statement">The statement.</param>
    public void Forget(CheckedStatement statement) => _columns.TryRemove(TextKey.Of(statement.Text), out _);

    /// <summary>Asks the server about the inserts that are seen for the first time.</summary>
    /// <param name="session">A connection without a transaction.</param>
    /// <param name="statements">What is about to run.</param>
    /// <param name="deadline">When it must end.</param>
    /// <returns>A task that completes when all is known.</returns>
    public async ValueTask LearnAsync(Session session, CheckedStatement[] statements, SessionDeadline deadline)
    {
        var learned = 0;
        foreach (var statement in statements)
        {
            if (!statement.Inserts || learned >= MostTextsAtOnce || _columns.ContainsKey(TextKey.Of(statement.Text)))
            {
                continue;
            }

            learned++;
            try
            {
                var column = await FindAsync(session, statement, deadline);
                if (_columns.Count >= MostTexts)
                {
                    _columns.Clear();
                }

                _columns[TextKey.Of(statement.Text)] = column;
            }
            catch (PostgresException fault) when (fault.SqlState != PostgresErrorCodes.QueryCanceled)
            {
                // It will fail in the same way when it runs, or an earlier statement of the batch makes its table.
                await session.RecoverAsync(fault);
                if (session.IsBroken)
                {
                    throw;
                }
            }
        }
    }

    private static async ValueTask<string?> FindAsync(
        Session session,
        CheckedStatement statement,
        SessionDeadline deadline
    )
    {
        if (
            InsertPlan.Read(await ExplainAsync(session, statement, statement.Text, deadline)) is not { } plan
            || await KeyAsync(session, plan, deadline) is not [{ } place, { } column, { } identity, { } standard]
            || !plan.Makes(
                int.Parse(place, System.Globalization.CultureInfo.InvariantCulture),
                identity is "true",
                standard
            )
        )
        {
            return null;
        }

        try
        {
            await ExplainAsync(session, statement, Returning(statement, column), deadline);
            return column;
        }
        catch (PostgresException fault) when (fault.SqlState != PostgresErrorCodes.QueryCanceled)
        {
            // Such as an INSERT into a view that has no such column.
            await session.RecoverAsync(fault);
            if (session.IsBroken)
            {
                throw;
            }

            return null;
        }
    }

    private static string Returning(CheckedStatement statement, string column) =>
        $"{statement.Text.TrimEnd().TrimEnd(';')}\nRETURNING {column}";

    private static async ValueTask<string> ExplainAsync(
        Session session,
        CheckedStatement statement,
        string text,
        SessionDeadline deadline
    ) =>
        (await session.ReadFirstRowAsync($"EXPLAIN (VERBOSE, FORMAT JSON) {text}", statement.Bind, 1, deadline))?[0]
        ?? "";

    private static ValueTask<string?[]?> KeyAsync(Session session, InsertPlan plan, SessionDeadline deadline) =>
        session.ReadFirstRowAsync(
            KeyOfTable,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string> { TypedValue = plan.Schema });
                parameters.Add(new NpgsqlParameter<string> { TypedValue = plan.Table });
            },
            4,
            deadline
        );
}
