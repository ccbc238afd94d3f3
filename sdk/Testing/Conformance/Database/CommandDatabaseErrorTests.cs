using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Failures have a kind, a code and a field, and never the engine's own words.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseErrorTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    private const string Secret = "s3cr3t-value";

    [Fact]
    public async Task Text_that_is_no_statement_names_the_field()
    {
        foreach (var text in Subject.Unparsable)
        {
            Silent(await FailsAsync(() => QueryAsync(new DbStatement(text)), ErrorKind.InvalidArgument, "query"));
            Silent(
                await FailsAsync(
                    () => Database.ExecuteAsync(new DbStatement(text), default).AsTask(),
                    ErrorKind.InvalidArgument,
                    "command"
                )
            );
        }
    }

    [Fact]
    public async Task Command_that_the_engine_refuses_names_the_field() =>
        Silent(
            await FailsAsync(
                () => Database.ExecuteAsync(new DbStatement(Subject.Misfit), default).AsTask(),
                ErrorKind.InvalidArgument,
                "command"
            )
        );

    [Fact]
    public async Task Command_that_the_data_refuses_has_a_clear_kind()
    {
        await PutAsync(Secret, DbValue.From(Secret));

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            Database.ExecuteAsync(Subject.RefusedByText(Secret), default).AsTask()
        );

        Assert.True(
            error.Kind is ErrorKind.InvalidArgument or ErrorKind.PreconditionFailed or ErrorKind.AlreadyExists,
            error.Kind.ToString()
        );
        Silent(error);
        Assert.Equal(DbValue.From(Secret), await GetAsync(Secret));
    }

    [Fact]
    public async Task Database_works_on_after_every_failure()
    {
        await PutAsync("text", DbValue.From("text"));
        for (var round = 0; round < 20; round++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(new DbStatement(Subject.Unparsable[0])));
            await Assert.ThrowsAsync<ConnectorException>(() =>
                Database.ExecuteAsync(new DbStatement(Subject.Misfit), default).AsTask()
            );
            await Assert.ThrowsAsync<ConnectorException>(() =>
                Database.ExecuteAsync(Subject.RefusedByText("text"), default).AsTask()
            );
        }

        await PutAsync("k", DbValue.From("x"));
        Assert.Equal(DbValue.From("x"), await GetAsync("k"));
    }

    private static void Silent(ConnectorException error)
    {
        Assert.NotEmpty(error.Message);
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            Assert.DoesNotContain(Secret, cause.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ERR ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONGTYPE", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("E11000", error.Message, StringComparison.Ordinal);
    }
}
