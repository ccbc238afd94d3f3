using SQLitePCL;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.Connectors.Tests.Sql;

/// <summary>The engine itself is asked what it takes for a parameter and where a statement ends.</summary>
public sealed class SqlEngineAgreementTests
{
    static SqlEngineAgreementTests() => Batteries_V2.Init();

    public static TheoryData<string> Texts =>
        [
            .. SqlCorpus
                .Accepted.Where(row => row.Engines.Contains('S', StringComparison.Ordinal))
                .Select(row => row.Text)
                .Concat(
                    SqlCorpus
                        .Counted.Where(row => row.Engines.Contains('S', StringComparison.Ordinal))
                        .Select(row => row.Text)
                ),
        ];

    [Theory, MemberData(nameof(Texts))]
    public void Sqlite_finds_the_same_parameters_and_statements(string text)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(":memory:", out var db));
        using (db)
        {
            raw.sqlite3_exec(db, "create table t (a, b, x, y)");
            var sql = SqlText.Parse(text, SqlDialect.Sqlite, "query");
            if (sql.StatementCount == 0)
            {
                return;
            }

            var code = raw.sqlite3_prepare_v2(db, text, out var statement, out var tail);
            using (statement)
            {
                if (code != raw.SQLITE_OK || statement.IsInvalid)
                {
                    // A text for the tokenizer alone: the engine has no such table.
                    return;
                }

                Assert.Equal(sql.StatementCount - 1, SqlText.Parse(tail, SqlDialect.Sqlite, "query").StatementCount);
                var names = Enumerable
                    .Range(1, raw.sqlite3_bind_parameter_count(statement))
                    .Select(index => raw.sqlite3_bind_parameter_name(statement, index).utf8_to_string()[1..]);
                Assert.Equal(names, sql.StatementCount == 1 ? sql.Names : names);
            }
        }
    }
}
