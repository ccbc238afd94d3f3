using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>What looks like a statement in a value stays a value.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseInjectionTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    private static readonly string[] Texts =
    [
        .. InjectionCorpus.Texts,
        "\r\nFLUSHALL\r\n",
        "x\r\n*1\r\n$8\r\nFLUSHALL\r\n",
        "\"\r\nDEL witness\r\n\"",
        "x\" \"y",
        "x' 'y",
        ":key",
        ":value",
        "{\"$where\": \"sleep(10000)\"}",
        "{\"$gt\": \"\"}",
        "$where",
        "\"}, {\"drop\": \"conf_items\"}, {\"x\": \"",
        "'; db.dropDatabase(); '",
        "*",
        "?",
        "\0",
    ];

    [Fact]
    public async Task Hostile_text_is_stored_as_it_is()
    {
        await PutAsync("witness", DbValue.From("intact"));
        foreach (var text in Texts)
        {
            await PutAsync("k", DbValue.From(text));
            Assert.Equal(DbValue.From(text), await GetAsync("k"));
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Hostile_text_as_a_key_matches_only_itself()
    {
        await PutAsync("witness", DbValue.From("intact"));
        foreach (var text in Texts)
        {
            Assert.Equal(DbValue.Null, await GetAsync(text));
            Assert.Equal(0, (await Database.ExecuteAsync(Subject.Remove(text), default)).AffectedRows);
            await PutAsync(text, DbValue.From(text));
        }

        foreach (var text in Texts)
        {
            Assert.Equal(DbValue.From(text), await GetAsync(text));
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Hostile_text_in_a_batch_is_stored_as_it_is()
    {
        await PutAsync("witness", DbValue.From("intact"));
        await Database.ExecuteBatchAsync([.. Texts.Select(text => Subject.Put(text, DbValue.From(text)))], default);

        foreach (var text in Texts)
        {
            Assert.Equal(DbValue.From(text), await GetAsync(text));
        }

        await IntactAsync();
    }

    [Fact]
    public async Task Hostile_parameter_name_is_refused()
    {
        foreach (var text in Texts.Where(text => text != "key"))
        {
            await FailsAsync(
                () => QueryAsync(With(Subject.Get("k"), text, DbValue.From(1))),
                ErrorKind.InvalidArgument,
                "params." + text
            );
        }
    }

    private async Task IntactAsync() => Assert.Equal(DbValue.From("intact"), await GetAsync("witness"));
}
