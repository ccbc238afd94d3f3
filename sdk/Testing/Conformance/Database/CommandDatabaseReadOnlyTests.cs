using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>A query cannot write, and a command stays in its database, whatever the text.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseReadOnlyTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    [Fact]
    public async Task Writing_query_is_refused_and_changes_nothing()
    {
        await PutAsync("k", DbValue.From("first"));
        foreach (var text in Subject.Writes)
        {
            await RefusedAsync(new DbStatement(text));
        }

        await RefusedAsync(Subject.Put("k", DbValue.From("second")));
        await RefusedAsync(Subject.Remove("k"));
        await RefusedAsync(Subject.Increment("k"));

        await IntactAsync();
    }

    [Fact]
    public async Task Command_cannot_leave_the_database()
    {
        await PutAsync("k", DbValue.From("first"));
        foreach (var text in Subject.RefusedCommands)
        {
            var statement = new DbStatement(text);
            var error = await Record.ExceptionAsync(() => Database.ExecuteAsync(statement, default).AsTask());
            var refusal = Assert.IsType<ConnectorException>(error);
            Assert.True(
                refusal is { Kind: ErrorKind.InvalidArgument, Field: "command" },
                $"{text}: {refusal.Kind} {refusal.Field}"
            );
            await FailsAsync(
                () => Database.ExecuteBatchAsync([statement], default).AsTask(),
                ErrorKind.InvalidArgument,
                "statements[0].command"
            );
            await FailsAsync(() => QueryAsync(statement), ErrorKind.InvalidArgument, "query");
        }

        await IntactAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    public async Task Empty_statement_is_refused(string text)
    {
        await FailsAsync(() => QueryAsync(new DbStatement(text)), ErrorKind.InvalidArgument, "query");
        await FailsAsync(
            () => Database.ExecuteAsync(new DbStatement(text), default).AsTask(),
            ErrorKind.InvalidArgument,
            "command"
        );
    }

    private async Task RefusedAsync(DbStatement statement)
    {
        var error = await Record.ExceptionAsync(() => QueryAsync(statement));
        var refusal = Assert.IsType<ConnectorException>(error);
        Assert.True(
            refusal is { Kind: ErrorKind.InvalidArgument, Field: "query", Code: "READ_ONLY" },
            $"{statement.Text}: {refusal.Kind} {refusal.Field} {refusal.Code}"
        );
    }

    private async Task IntactAsync()
    {
        Assert.Equal(DbValue.From("first"), await GetAsync("k"));

        // Still writable: nothing refused above has left a session, a lock or a setting behind.
        await PutAsync("k", DbValue.From("last"));
        Assert.Equal(DbValue.From("last"), await GetAsync("k"));
    }
}
