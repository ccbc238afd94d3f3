using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>A query cannot write, whatever its text.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseReadOnlyTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    private static readonly string[] CommonWrites =
    [
        "insert into conf_items (name) values ('second')",
        "/* select */ insert into conf_items (name) values ('second')",
        "-- select\ninsert into conf_items (name) values ('second')",
        "insert into conf_items (name) select name from conf_items",
        "update conf_items set price = 2",
        "delete from conf_items",
        "DELETE FROM conf_items WHERE name = 'first'",
        "with c as (select 1) delete from conf_items",
        "create table conf_more (a integer)",
        "create index conf_index on conf_items (price)",
        "create view conf_view as select name from conf_items",
        "drop table conf_items",
        "alter table conf_items add column more integer",
    ];

    private static readonly string[] Stacked =
    [
        "select 1; delete from conf_items",
        "select 1; select 2",
        "select 1;delete from conf_items;",
        "select 1 /* ; */ ; drop table conf_items",
        "select 1 -- ;\n; drop table conf_items",
        "select ';'; drop table conf_items",
        "; select 1; delete from conf_items",
    ];

    private static readonly string[] Transactions =
    [
        "begin",
        "commit",
        "rollback",
        "savepoint s",
        "release savepoint s",
    ];

    [Fact]
    public async Task Writing_query_is_refused_and_changes_nothing()
    {
        await AddItemAsync("first", 1);
        foreach (var text in CommonWrites.Concat(Subject.Writes))
        {
            var error = await Record.ExceptionAsync(() => QueryAsync(text));
            var refusal = Assert.IsType<ConnectorException>(error);
            Assert.True(refusal.Kind == ErrorKind.InvalidArgument, $"{text}: {refusal.Kind}");
            Assert.True(refusal.Field == "query", $"{text}: {refusal.Field}");
            Assert.True(refusal.Code == "READ_ONLY", $"{text}: {refusal.Code}");
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Stacked_statements_are_refused_and_change_nothing()
    {
        await AddItemAsync("first", 1);
        foreach (var text in Stacked)
        {
            await FailsAsync(() => QueryAsync(text), ErrorKind.InvalidArgument, "query");
            await FailsAsync(() => ExecuteAsync(text).AsTask(), ErrorKind.InvalidArgument, "command");
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Transactions_cannot_be_controlled_from_outside()
    {
        await AddItemAsync("first", 1);
        foreach (var text in Transactions)
        {
            await FailsAsync(() => QueryAsync(text), ErrorKind.InvalidArgument, "query");
            await FailsAsync(() => ExecuteAsync(text).AsTask(), ErrorKind.InvalidArgument, "command");
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Command_cannot_leave_the_database()
    {
        await AddItemAsync("first", 1);
        foreach (var text in Subject.RefusedCommands)
        {
            await FailsAsync(() => ExecuteAsync(text).AsTask(), ErrorKind.InvalidArgument, "command");
            await FailsAsync(
                () => Database.ExecuteBatchAsync([Statement(text)], default).AsTask(),
                ErrorKind.InvalidArgument,
                "statements[0].command"
            );
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Query_may_end_with_a_semicolon_and_comments()
    {
        Assert.Equal(DbValue.From(1), (await QueryAsync("select 1;"))[0][0]);
        Assert.Equal(DbValue.From(1), (await QueryAsync("/* a; */ select 1 ; -- done"))[0][0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData(";")]
    [InlineData("-- nothing")]
    public Task Empty_query_is_refused(string text) =>
        FailsAsync(() => QueryAsync(text), ErrorKind.InvalidArgument, "query");

    private async Task IntactAsync()
    {
        var row = Assert.Single(await QueryAsync("select name, price from conf_items"));
        Assert.Equal(DbValue.From("first"), row[0]);
        Assert.Equal(DbValue.From(1), row[1]);

        // Still writable: nothing refused above has left a lock or a setting behind.
        Assert.Equal(1, (await ExecuteAsync("update conf_items set price = 1")).AffectedRows);
    }
}
