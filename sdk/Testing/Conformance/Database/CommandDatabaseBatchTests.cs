using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Several commands as one, as far as the engine can.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseBatchTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    [Fact]
    public async Task Batch_answers_one_result_per_statement()
    {
        await PutAsync("old", DbValue.From("x"));

        var results = await Database.ExecuteBatchAsync(
            [
                Subject.Put("a", DbValue.From("1st")),
                Subject.Remove("absent"),
                Subject.Remove("old"),
                Subject.Put("a", DbValue.From("2nd")),
            ],
            default
        );

        Assert.Equal([1, 0, 1, 1], results.Select(result => result.AffectedRows));
        Assert.Equal(DbValue.From("2nd"), await GetAsync("a"));
        Assert.Equal(DbValue.Null, await GetAsync("old"));
    }

    [Fact]
    public async Task Empty_batch_does_nothing() => Assert.Empty(await Database.ExecuteBatchAsync([], default));

    [Fact]
    public async Task Batch_with_a_text_that_is_no_statement_changes_nothing()
    {
        foreach (var text in Subject.Unparsable)
        {
            await FailsAsync(
                () =>
                    Database
                        .ExecuteBatchAsync([Subject.Put("k", DbValue.From("x")), new DbStatement(text)], default)
                        .AsTask(),
                ErrorKind.InvalidArgument,
                "statements[1].command"
            );
        }

        Assert.Equal(DbValue.Null, await GetAsync("k"));
    }

    [Fact]
    public async Task Batch_that_the_data_refuses_changes_nothing_where_the_engine_can_roll_back()
    {
        await PutAsync("text", DbValue.From("text"));

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            Database
                .ExecuteBatchAsync(
                    [
                        Subject.Put("k", DbValue.From("x")),
                        Subject.RefusedByText("text"),
                        Subject.Put("later", DbValue.From("x")),
                    ],
                    default
                )
                .AsTask()
        );

        Assert.True(
            error.Kind is ErrorKind.InvalidArgument or ErrorKind.PreconditionFailed or ErrorKind.AlreadyExists,
            error.Kind.ToString()
        );
        Assert.Equal(Subject.RollsBack ? DbValue.Null : DbValue.From("x"), await GetAsync("k"));
        Assert.Equal(DbValue.From("text"), await GetAsync("text"));
    }

    [Fact]
    public async Task Batches_side_by_side_never_mix()
    {
        // Each batch writes the same value under two keys, so the keys can never differ afterwards.
        await Parallel.ForAsync(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (index, token) =>
                await Database.ExecuteBatchAsync(
                    [Subject.Put("a", DbValue.From($"{index}")), Subject.Put("b", DbValue.From($"{index}"))],
                    token
                )
        );

        Assert.Equal(await GetAsync("a"), await GetAsync("b"));
    }
}
