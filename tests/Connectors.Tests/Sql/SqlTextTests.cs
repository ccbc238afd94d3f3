using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.Connectors.Tests.Sql;

public sealed class SqlTextTests
{
    public static TheoryData<char, string, string> Accepted =>
        [
            .. SqlCorpus.Accepted.SelectMany(row =>
                row.Engines.Select(engine => (engine, row.Text, row.Numbered ?? row.Text))
            ),
        ];

    public static TheoryData<char, string, int> Refused =>
        [.. SqlCorpus.Refused.SelectMany(row => row.Engines.Select(engine => (engine, row.Text, row.Position)))];

    public static TheoryData<char, string, int> Counted =>
        [.. SqlCorpus.Counted.SelectMany(row => row.Engines.Select(engine => (engine, row.Text, row.Count)))];

    [Theory, MemberData(nameof(Accepted))]
    public void Only_parameters_are_rewritten(char engine, string text, string expected)
    {
        var sql = SqlText.Parse(text, SqlCorpus.Dialect(engine), "query");

        Assert.Equal(expected, sql.Rewrite(SqlParameterStyle.Numbered));
        Assert.Equal(text, sql.Rewrite(SqlParameterStyle.Named));
        Assert.All(sql.Parameters, p => Assert.Equal(":" + p.Name, text.Substring(p.Position, p.Length)));
        Assert.Equal(sql.Parameters.Select(p => p.Name).Distinct(), sql.Names);
    }

    [Fact]
    public void Text_in_a_great_many_parts_is_no_danger_to_the_stack()
    {
        var text = "select e''" + string.Concat(Enumerable.Repeat("\n''", 300_000)) + " ; select 2";

        Assert.Equal(2, SqlText.Parse(text, SqlDialect.PostgreSql, "query").StatementCount);
    }

    [Theory, MemberData(nameof(Refused))]
    public void Text_that_cannot_be_judged_is_refused_with_its_position(char engine, string text, int position)
    {
        var error = Assert.Throws<ConnectorException>(() =>
            SqlText.Parse(text, SqlCorpus.Dialect(engine), "statements[3].command")
        );

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Equal("statements[3].command", error.Field);
        Assert.StartsWith($"cannot be used at position {position}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Counted))]
    public void Statements_are_counted(char engine, string text, int count)
    {
        var sql = SqlText.Parse(text, SqlCorpus.Dialect(engine), "query");

        Assert.Equal(count, sql.StatementCount);
        if (count == 1)
        {
            Assert.Same(sql, sql.RequireSingle());
            return;
        }

        Assert.Equal("query", Assert.Throws<ConnectorException>(sql.RequireSingle).Field);
    }

    [Theory]
    [InlineData("select 1", "SELECT")]
    [InlineData("  -- x\n /* y */ InSeRt into t values (1)", "INSERT")]
    [InlineData("(select 1) union select 2", "SELECT")]
    [InlineData("with a as (delete from t returning *) select * from a", "SELECT")]
    [InlineData("with a(x) as (select 1), b as (select 2) insert into t select * from a", "INSERT")]
    [InlineData("with recursive a as (select 1 union select 2) update t set x=1", "UPDATE")]
    [InlineData("replace into t values (1)", "REPLACE")]
    [InlineData("'select'", "")]
    [InlineData("", "")]
    [InlineData("\"insert\" select", "SELECT")]
    [InlineData("explain insert into t values (1)", "EXPLAIN")]
    [InlineData("delete from t; insert into t values (1)", "DELETE")]
    public void Verb_is_what_the_first_statement_does(string text, string verb) =>
        Assert.Equal(verb, SqlText.Parse(text, SqlDialect.PostgreSql, "query").Verb);

    [Theory]
    [InlineData("create unique index i on t(a)", "CREATE UNIQUE INDEX I")]
    [InlineData("begin; commit", "BEGIN")]
    [InlineData("select 1, two", "SELECT 1")]
    [InlineData("", "")]
    public void Keywords_are_the_words_it_begins_with(string text, string keywords) =>
        Assert.Equal(keywords, string.Join(' ', SqlText.Parse(text, SqlDialect.Standard, "query").Keywords));

    [Fact]
    public void Positional_style_writes_one_question_mark_for_each_place()
    {
        var sql = SqlText.Parse("update t set a=:x, b=:y where a<>:x", SqlDialect.MySql, "command");

        Assert.Equal("update t set a=?, b=? where a<>?", sql.Rewrite(SqlParameterStyle.Positional));
        Assert.Equal(["x", "y", "x"], sql.Parameters.Select(p => p.Name));
        Assert.Equal(["x", "y"], sql.Names);
    }

    [Theory]
    [InlineData("query", "params.since")]
    [InlineData("statements[12].command", "statements[12].params.since")]
    public void Missing_value_is_named(string field, string expected)
    {
        var sql = SqlText.Parse("select :since", SqlDialect.Sqlite, field);

        var error = Assert.Throws<ConnectorException>(() => sql.RequireParameters(new Dictionary<string, DbValue>()));

        Assert.Equal(expected, error.Field);
        Assert.Equal("is required: the statement uses :since", error.Message);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData("select :a, ':b'", "b")]
    [InlineData("select :a", "A")]
    [InlineData("select :a -- :b", "b")]
    [InlineData("select :a", ":a")]
    [InlineData("select :a", "")]
    public void Surplus_value_is_named(string text, string surplus)
    {
        var values = new Dictionary<string, DbValue> { ["a"] = DbValue.From(1), [surplus] = DbValue.Null };

        var error = Assert.Throws<ConnectorException>(() =>
            SqlText.Parse(text, SqlDialect.Sqlite, "query").RequireParameters(values)
        );

        Assert.Equal("params." + surplus, error.Field);
        Assert.Equal("is not used by the statement", error.Message);
    }

    [Fact]
    public void Null_is_a_value()
    {
        var sql = SqlText.Parse("select :a", SqlDialect.Sqlite, "query");

        Assert.Same(sql, sql.RequireParameters(new Dictionary<string, DbValue> { ["a"] = DbValue.Null }));
    }
}
