using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Parameters are bound by name; none may be missing, none too many.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseParameterTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    private static readonly DbValue One = DbValue.From("one");

    [Fact]
    public async Task Look_alikes_in_texts_are_left_alone() =>
        Assert.Single(await QueryAsync(Subject.LookAlikes with { Parameters = Empty() }));

    [Fact]
    public Task Query_names_a_missing_parameter() =>
        FailsAsync(() => QueryAsync(Without(Subject.Get("k"), "key")), ErrorKind.InvalidArgument, "params.key");

    [Fact]
    public Task Query_names_a_surplus_parameter() =>
        FailsAsync(() => QueryAsync(With(Subject.Get("k"), "more", One)), ErrorKind.InvalidArgument, "params.more");

    [Fact]
    public Task Names_are_case_sensitive() =>
        FailsAsync(
            () => QueryAsync(With(Without(Subject.Get("k"), "key"), "Key", One)),
            ErrorKind.InvalidArgument,
            "params.key"
        );

    [Fact]
    public async Task Command_names_a_missing_or_surplus_parameter_and_changes_nothing()
    {
        var put = Subject.Put("k", One);
        await FailsAsync(
            () => Database.ExecuteAsync(Without(put, "value"), default).AsTask(),
            ErrorKind.InvalidArgument,
            "params.value"
        );
        await FailsAsync(
            () => Database.ExecuteAsync(With(put, "price", One), default).AsTask(),
            ErrorKind.InvalidArgument,
            "params.price"
        );

        Assert.Equal(DbValue.Null, await GetAsync("k"));
    }

    [Fact]
    public async Task Batch_names_the_statement_too_and_changes_nothing()
    {
        var put = Subject.Put("k", One);
        await FailsAsync(
            () => Database.ExecuteBatchAsync([put, Without(put, "value")], default).AsTask(),
            ErrorKind.InvalidArgument,
            "statements[1].params.value"
        );
        await FailsAsync(
            () => Database.ExecuteBatchAsync([put, put, With(put, "more", One)], default).AsTask(),
            ErrorKind.InvalidArgument,
            "statements[2].params.more"
        );

        Assert.Equal(DbValue.Null, await GetAsync("k"));
    }

    private static Dictionary<string, DbValue> Empty() => new(StringComparer.Ordinal);
}
