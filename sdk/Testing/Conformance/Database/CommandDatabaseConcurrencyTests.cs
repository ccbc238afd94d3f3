using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>One connector is used from many threads at once.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseConcurrencyTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    private static readonly ParallelOptions Workers = new() { MaxDegreeOfParallelism = 32 };

    [Fact]
    public async Task No_increment_is_lost()
    {
        await PutAsync("counter", DbValue.From(0));

        await Parallel.ForAsync(
            0,
            2000,
            Workers,
            async (_, token) =>
                Assert.Equal(1, (await Database.ExecuteAsync(Subject.Increment("counter"), token)).AffectedRows)
        );

        Assert.Equal(2000, await GetNumberAsync("counter"));
    }

    [Fact]
    public async Task Every_caller_gets_its_own_answer()
    {
        await Parallel.ForAsync(
            0,
            1000,
            Workers,
            async (index, _) =>
            {
                var key = $"item {index}";
                await PutAsync(key, DbValue.From($"value {index}"));
                Assert.Equal(DbValue.From($"value {index}"), await GetAsync(key));
            }
        );
    }

    [Fact]
    public async Task More_queries_than_connections_wait_their_turn()
    {
        await Subject.FillSeriesAsync(Database, 500);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => QueryAsync(Subject.Series)))
            .WaitAsync(Patience);

        Assert.All(answers, rows => Assert.Equal(500, rows.Count));
    }
}
