using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Failures have a kind, a code and a field, and never the engine's own words.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseErrorTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    private const string Secret = "s3cr3t-value";

    [Theory]
    [InlineData("selekt 1")]
    [InlineData("select from where")]
    [InlineData("select (1")]
    [InlineData("select 'open")]
    [InlineData("select * from conf_absent")]
    [InlineData("select absent from conf_items")]
    [InlineData("select conf_absent(1)")]
    public async Task Query_that_cannot_run_names_the_field(string text)
    {
        var error = await FailsAsync(() => QueryAsync(text), ErrorKind.InvalidArgument, "query");
        Silent(error);
    }

    [Theory]
    [InlineData("insert inot conf_items (name) values ('a')")]
    [InlineData("insert into conf_absent (name) values ('a')")]
    [InlineData("insert into conf_items (absent) values ('a')")]
    [InlineData("update conf_items set")]
    public async Task Command_that_cannot_run_names_the_field(string text)
    {
        var error = await FailsAsync(() => ExecuteAsync(text).AsTask(), ErrorKind.InvalidArgument, "command");
        Silent(error);
    }

    [Fact]
    public async Task Same_key_twice_is_a_unique_violation()
    {
        await AddItemAsync(Secret);

        var error = await FailsAsync(
            () => AddItemAsync(Secret).AsTask(),
            ErrorKind.AlreadyExists,
            code: "UNIQUE_VIOLATION"
        );

        Silent(error);
        Assert.Equal(1, await CountItemsAsync());
    }

    [Fact]
    public async Task Broken_check_is_a_constraint_violation() =>
        Silent(
            await FailsAsync(
                () => AddItemAsync(Secret, price: -1).AsTask(),
                ErrorKind.InvalidArgument,
                code: "CONSTRAINT_VIOLATION"
            )
        );

    [Fact]
    public async Task Missing_required_value_is_a_constraint_violation() =>
        Silent(
            await FailsAsync(
                () => ExecuteAsync("insert into conf_items (name) values (:n)", ("n", DbValue.Null)).AsTask(),
                ErrorKind.InvalidArgument,
                code: "CONSTRAINT_VIOLATION"
            )
        );

    [Fact]
    public async Task Broken_reference_is_a_constraint_violation()
    {
        await FailsAsync(
            () => ExecuteAsync("insert into conf_items (name, parent) values ('child', 99)").AsTask(),
            ErrorKind.InvalidArgument,
            code: "CONSTRAINT_VIOLATION"
        );
        await AddItemAsync("parent");
        await ExecuteAsync("insert into conf_items (name, parent) values ('child', (select max(id) from conf_items))");
        await FailsAsync(
            () => ExecuteAsync("delete from conf_items where name = 'parent'").AsTask(),
            ErrorKind.InvalidArgument,
            code: "CONSTRAINT_VIOLATION"
        );

        Assert.Equal(2, await CountItemsAsync());
    }

    [Fact]
    public async Task Database_works_on_after_every_failure()
    {
        for (var round = 0; round < 20; round++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync("select * from conf_absent"));
            await Assert.ThrowsAsync<ConnectorException>(() => AddItemAsync("x", -1).AsTask());
        }

        await AddItemAsync("x", 1);
        Assert.Equal(1, await CountItemsAsync());
    }

    private static void Silent(ConnectorException error)
    {
        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("conf_", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("syntax error", error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
