using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>One connector is used from many threads at once.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseConcurrencyTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    [Fact]
    public async Task No_change_is_lost()
    {
        await AddItemAsync("counter", 0);

        await Parallel.ForAsync(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, token) =>
                await Database.ExecuteAsync(new DbStatement("update conf_items set price = price + 1"), token)
        );

        Assert.Equal(DbValue.From(200), (await QueryAsync("select price from conf_items"))[0][0]);
    }

    [Fact]
    public async Task Keys_are_answered_to_who_inserted()
    {
        await Parallel.ForAsync(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (index, _) =>
            {
                var name = $"item {index}";
                var added = await AddItemAsync(name, index);
                var row = await QueryAsync("select id from conf_items where name = :n", ("n", DbValue.From(name)));
                Assert.Equal(added.InsertId, row[0][0].ToString());
            }
        );
    }

    [Fact]
    public async Task One_key_is_given_once()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(async _ =>
                {
                    try
                    {
                        await AddItemAsync("the one");
                        return true;
                    }
                    catch (ConnectorException error) when (error.Kind == ErrorKind.AlreadyExists)
                    {
                        return false;
                    }
                })
        );

        Assert.Equal(1, outcomes.Count(won => won));
    }

    [Fact]
    public async Task Reader_sees_a_batch_whole_or_not_at_all()
    {
        await AddItemAsync("a", 0);
        await AddItemAsync("b", 0);
        var writing = Task.Run(async () =>
        {
            for (var round = 1; round <= 50; round++)
            {
                await Database.ExecuteBatchAsync(
                    [
                        Statement("update conf_items set price = :p where name = 'a'", ("p", DbValue.From(round))),
                        Statement("update conf_items set price = :p where name = 'b'", ("p", DbValue.From(round))),
                    ],
                    default
                );
            }
        });
        while (!writing.IsCompleted)
        {
            var rows = await QueryAsync("select price from conf_items order by name");
            Assert.Equal(rows[0][0], rows[1][0]);
        }

        await writing;
    }

    [Fact]
    public async Task More_queries_than_connections_wait_their_turn()
    {
        var answers = await Task.WhenAll(
                Enumerable.Range(1, 100).Select(n => QueryAsync(Subject.Series, ("n", DbValue.From(n))))
            )
            .WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(1, 100), answers.Select(rows => rows.Count));
    }
}
