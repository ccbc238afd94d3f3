using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>What a command answers, alone and in a batch.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseExecuteTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    [Fact]
    public async Task Insert_answers_the_generated_key()
    {
        var first = await AddItemAsync("a");
        var second = await AddItemAsync("b");

        Assert.Equal(1, first.AffectedRows);
        Assert.Equal("1", first.InsertId);
        Assert.Equal("2", second.InsertId);
        Assert.Equal(
            DbValue.From("b"),
            (await QueryAsync("select name from conf_items where id = :id", ("id", DbValue.From(2))))[0][0]
        );
    }

    [Fact]
    public async Task Update_and_delete_count_rows_and_answer_no_key()
    {
        await AddItemAsync("a", 1);
        await AddItemAsync("b", 1);
        await AddItemAsync("c", 2);

        var update = await ExecuteAsync("update conf_items set price = 5 where price = :p", ("p", DbValue.From(1)));
        var delete = await ExecuteAsync("delete from conf_items where price = :p", ("p", DbValue.From(5)));
        var nothing = await ExecuteAsync("delete from conf_items where price = :p", ("p", DbValue.From(99)));

        Assert.Equal(new ExecuteResult(2, null), update);
        Assert.Equal(new ExecuteResult(2, null), delete);
        Assert.Equal(new ExecuteResult(0, null), nothing);
    }

    [Fact]
    public async Task Insert_that_copies_no_row_answers_no_key()
    {
        await AddItemAsync("a", 1);

        var copy = await ExecuteAsync(
            "insert into conf_items (name, price) select name, price from conf_items where price = :p",
            ("p", DbValue.From(99))
        );

        Assert.Equal(new ExecuteResult(0, null), copy);
    }

    [Fact]
    public async Task Table_statement_answers_no_rows_and_no_key()
    {
        await AddItemAsync("a");

        Assert.Equal(new ExecuteResult(0, null), await ExecuteAsync("create table conf_more (a integer)"));
        Assert.Equal(new ExecuteResult(0, null), await ExecuteAsync("drop table conf_more"));
    }

    [Fact]
    public async Task Batch_answers_one_result_per_statement()
    {
        var results = await Database.ExecuteBatchAsync(
            [
                Statement("insert into conf_items (name, price) values (:n, 1)", ("n", DbValue.From("a"))),
                Statement("insert into conf_items (name, price) values (:n, 1)", ("n", DbValue.From("b"))),
                Statement("update conf_items set price = :p", ("p", DbValue.From(2))),
            ],
            default
        );

        Assert.Equal([new(1, "1"), new(1, "2"), new(2, null)], results);
        Assert.Equal(2, await CountItemsAsync());
    }

    [Fact]
    public async Task Batch_is_all_or_nothing()
    {
        await AddItemAsync("kept");

        await FailsAsync(
            () =>
                Database
                    .ExecuteBatchAsync(
                        [
                            Statement("insert into conf_items (name) values ('new')"),
                            Statement("delete from conf_items where name = 'kept'"),
                            Statement("insert into conf_items (name) values ('new')"),
                        ],
                        default
                    )
                    .AsTask(),
            ErrorKind.AlreadyExists,
            code: "UNIQUE_VIOLATION"
        );

        Assert.Equal(DbValue.From("kept"), Assert.Single(await QueryAsync("select name from conf_items"))[0]);
    }

    [Fact]
    public async Task Batch_names_the_statement_that_cannot_be_parsed()
    {
        await FailsAsync(
            () =>
                Database
                    .ExecuteBatchAsync(
                        [Statement("insert into conf_items (name) values ('a')"), Statement("insert inot nothing")],
                        default
                    )
                    .AsTask(),
            ErrorKind.InvalidArgument,
            "statements[1].command"
        );

        Assert.Equal(0, await CountItemsAsync());
    }

    [Fact]
    public async Task Empty_batch_does_nothing() => Assert.Empty(await Database.ExecuteBatchAsync([], default));

    [Fact]
    public async Task Failed_command_changes_nothing()
    {
        await AddItemAsync("a", 1);
        await AddItemAsync("b", 2);

        // The second row breaks the rule after the first has been written.
        await FailsAsync(
            () => ExecuteAsync("insert into conf_items (name, price) values ('c', 3), ('d', -1)").AsTask(),
            ErrorKind.InvalidArgument,
            code: "CONSTRAINT_VIOLATION"
        );

        Assert.Equal(2, await CountItemsAsync());
    }
}
