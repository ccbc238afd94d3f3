using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Parameters are bound by name; none may be missing, none too many.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseParameterTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    private static readonly DbValue One = DbValue.From(1);

    [Fact]
    public async Task One_parameter_may_stand_in_several_places()
    {
        await AddItemAsync("one", 1);

        Assert.Single(
            await QueryAsync(
                "select name from conf_items where price = :a and price <= :a and price < :b and price >= :a",
                ("b", DbValue.From(2)),
                ("a", One)
            )
        );
    }

    [Fact]
    public async Task Look_alikes_in_quotes_comments_and_names_are_left_alone() =>
        Assert.Single(await QueryAsync(Subject.LookAlikes));

    [Fact]
    public Task Query_names_a_missing_parameter() =>
        FailsAsync(
            () => QueryAsync("select name from conf_items where price = :a and id = :b", ("a", One)),
            ErrorKind.InvalidArgument,
            "params.b"
        );

    [Fact]
    public Task Query_names_a_surplus_parameter() =>
        FailsAsync(
            () => QueryAsync("select ':b', name from conf_items where price = :a", ("a", One), ("b", One)),
            ErrorKind.InvalidArgument,
            "params.b"
        );

    [Fact]
    public Task Names_are_case_sensitive() =>
        FailsAsync(
            () => QueryAsync("select name from conf_items where price = :a", ("A", One)),
            ErrorKind.InvalidArgument,
            "params.a"
        );

    [Fact]
    public async Task Command_names_a_missing_or_surplus_parameter_and_changes_nothing()
    {
        const string Insert = "insert into conf_items (name, price) values (:name, 1)";
        await FailsAsync(() => ExecuteAsync(Insert).AsTask(), ErrorKind.InvalidArgument, "params.name");
        await FailsAsync(
            () => ExecuteAsync(Insert, ("name", DbValue.From("x")), ("price", One)).AsTask(),
            ErrorKind.InvalidArgument,
            "params.price"
        );

        Assert.Equal(0, await CountItemsAsync());
    }

    [Fact]
    public async Task Batch_names_the_statement_too_and_changes_nothing()
    {
        var good = Statement("insert into conf_items (name) values (:n)", ("n", DbValue.From("x")));
        var missing = Statement("insert into conf_items (name) values (:m)");

        await FailsAsync(
            () => Database.ExecuteBatchAsync([good, missing], default).AsTask(),
            ErrorKind.InvalidArgument,
            "statements[1].params.m"
        );

        Assert.Equal(0, await CountItemsAsync());
    }
}
