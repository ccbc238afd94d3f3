using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>What looks like SQL in a value stays a value.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseInjectionTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    [Fact]
    public async Task Hostile_text_is_stored_as_it_is()
    {
        await AddItemAsync("witness", 7);
        foreach (var text in InjectionCorpus.Texts)
        {
            Assert.Equal(1, (await AddItemAsync(text, 1)).AffectedRows);
        }

        var stored = await QueryAsync("select name from conf_items where price = 1 order by id");
        Assert.Equal(InjectionCorpus.Texts, stored.Select(row => row[0].AsText()));
        await IntactAsync(InjectionCorpus.Texts.Count);
    }

    [Fact]
    public async Task Hostile_text_in_a_condition_matches_only_itself()
    {
        await AddItemAsync("witness", 7);
        foreach (var text in InjectionCorpus.Texts)
        {
            Assert.Empty(await QueryAsync("select id from conf_items where name = :v", ("v", DbValue.From(text))));
            var echo = await QueryAsync(
                "select name from conf_items where name <> :v and price = 7",
                ("v", DbValue.From(text))
            );
            Assert.Equal(DbValue.From("witness"), Assert.Single(echo)[0]);
            var deleted = await ExecuteAsync("delete from conf_items where name = :v", ("v", DbValue.From(text)));
            Assert.Equal(0, deleted.AffectedRows);
        }

        await IntactAsync(0);
    }

    [Fact]
    public async Task Hostile_text_in_an_update_changes_only_its_row()
    {
        await AddItemAsync("witness", 7);
        await AddItemAsync("victim", 1);
        foreach (var text in InjectionCorpus.Texts)
        {
            var update = await ExecuteAsync(
                "update conf_items set name = :v where price = 1 and name <> :v",
                ("v", DbValue.From(text))
            );
            Assert.Equal(1, update.AffectedRows);
            var row = Assert.Single(await QueryAsync("select name from conf_items where price = 1"));
            Assert.Equal(DbValue.From(text), row[0]);
        }

        await IntactAsync(1);
    }

    [Fact]
    public async Task Hostile_text_in_a_batch_is_stored_as_it_is()
    {
        await AddItemAsync("witness", 7);
        await Database.ExecuteBatchAsync(
            [
                .. InjectionCorpus.Texts.Select(text =>
                    Statement("insert into conf_items (name, price) values (:v, 1)", ("v", DbValue.From(text)))
                ),
            ],
            default
        );

        await IntactAsync(InjectionCorpus.Texts.Count);
    }

    [Fact]
    public async Task Hostile_parameter_name_is_refused()
    {
        foreach (var text in InjectionCorpus.Texts)
        {
            await FailsAsync(
                () => QueryAsync("select name from conf_items", (text, DbValue.From(1))),
                Sdk.ErrorKind.InvalidArgument,
                "params." + text
            );
        }
    }

    private async Task IntactAsync(int others)
    {
        var witness = await QueryAsync("select name from conf_items where price = 7");
        Assert.Equal(DbValue.From("witness"), Assert.Single(witness)[0]);
        Assert.Equal(others + 1, await CountItemsAsync());
        Assert.Empty(await QueryAsync("select id from conf_values"));
    }
}
