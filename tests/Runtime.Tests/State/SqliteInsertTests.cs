using Dapper;
using Microsoft.Data.Sqlite;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Tests.State;

public sealed class SqliteInsertTests : IDisposable
{
    private readonly SqliteConnection _connection = new("data source=:memory:");

    public SqliteInsertTests()
    {
        _connection.Open();
        _connection.Execute("create table t (id integer primary key, text text, n integer not null)");
    }

    public void Dispose() => _connection.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(49)]
    [InlineData(50)]
    [InlineData(151)]
    public void Rows_arrive_as_they_are_however_many(int count)
    {
        string?[] texts = ["", null, "plain", "世界 \ud83d\ude00", "nul \0 inside", new string('é', 2000)];
        var rows = Enumerable.Range(1, count).Select(id => (Id: (long)id, Text: texts[id % texts.Length])).ToList();

        Insert(rows);

        Assert.Equal(rows, _connection.Query<(long, string?)>("select id, text from t order by id"));
        Assert.Equal(rows.Sum(row => row.Id * 2), _connection.QuerySingle<long?>("select sum(n) from t") ?? 0);
    }

    [Fact]
    public void A_row_that_comes_again_replaces_the_one_before()
    {
        Insert([.. Enumerable.Range(0, 120).Select(place => ((long)(place % 7), (string?)$"{place}"))]);

        Assert.Equal(
            Enumerable.Range(0, 7).Select(id => $"{Enumerable.Range(0, 120).Last(place => place % 7 == id)}"),
            _connection.Query<string>("select text from t order by id")
        );
    }

    [Fact]
    public void What_the_engine_refuses_is_an_error_of_the_engine()
    {
        _connection.Execute("create table strict_ids (id integer primary key check (id < 60))");
        var insert = new SqliteInsert(_connection, "insert into strict_ids values", columns: 1, "");

        var error = Assert.Throws<SqliteException>(() =>
            insert.Run([.. Enumerable.Range(0, 100)], (row, id) => row.Add(id))
        );

        Assert.Equal(19, error.SqliteErrorCode);
        Assert.Equal(50, _connection.QuerySingle<long>("select count(*) from strict_ids"));
    }

    private void Insert(IReadOnlyList<(long Id, string? Text)> rows) =>
        new SqliteInsert(
            _connection,
            "insert into t (id, text, n) values",
            columns: 3,
            "on conflict (id) do update set text = excluded.text"
        ).Run(
            rows,
            (row, pair) =>
            {
                row.Add(pair.Id);
                row.Add(pair.Text);
                row.Add(pair.Id * 2);
            }
        );
}
