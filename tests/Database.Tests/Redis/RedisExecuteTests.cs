using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisExecuteTests : RedisFixture
{
    [Theory]
    [InlineData("SET k v", 1)]
    [InlineData("SET text v NX", 0)]
    [InlineData("SET k v NX", 1)]
    [InlineData("SET k v XX", 0)]
    [InlineData("SET text v GET", 1)]
    [InlineData("SET k v GET", 1)]
    [InlineData("SET k v nx get", 1)]
    [InlineData("SET text v NX GET", 0)]
    [InlineData("SET k v XX GET", 0)]
    [InlineData("SET text v XX GET", 1)]
    [InlineData("MSET a 1 b 2 c 3", 3)]
    [InlineData("DEL text number absent", 2)]
    [InlineData("HSET h a 1 b 2", 2)]
    [InlineData("HMSET h a 1 b 2", 2)]
    [InlineData("INCR number", 1)]
    [InlineData("INCRBYFLOAT number 0.5", 1)]
    [InlineData("APPEND text more", 1)]
    [InlineData("SETBIT bits 7 1", 1)]
    [InlineData("RPUSH list d e", 2)]
    [InlineData("LPUSHX absent d e", 0)]
    [InlineData("LPUSHX list d e", 2)]
    [InlineData("LINSERT list BEFORE b x", 1)]
    [InlineData("LINSERT list BEFORE absent x", 0)]
    [InlineData("LPOP list 2", 2)]
    [InlineData("LPOP list", 1)]
    [InlineData("LPOP absent", 0)]
    [InlineData("LREM list 0 a", 1)]
    [InlineData("LMPOP 1 list LEFT COUNT 2", 1)]
    [InlineData("SADD set a b", 2)]
    [InlineData("ZADD z 1 a 2 b", 2)]
    [InlineData("ZINCRBY z 1 a", 1)]
    [InlineData("EXPIRE text 100", 1)]
    [InlineData("EXPIRE absent 100", 0)]
    [InlineData("RENAME text other", 1)]
    [InlineData("COPY text other", 1)]
    [InlineData("PUBLISH nobody hello", 0)]
    [InlineData("GET text", 0)]
    [InlineData("LRANGE list 0 -1", 0)]
    public async Task Changes_are_counted(string text, long expected)
    {
        await ExecuteAsync("SET text abc");
        await ExecuteAsync("SET number 5");
        await ExecuteAsync("RPUSH list a b c");

        Assert.Equal(new ExecuteResult(expected, null), await ExecuteAsync(text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_are_counted_alike_in_both_versions(bool isVersion2)
    {
        (string Text, long Expected)[] cases =
        [
            ("GETSET absent v", 1),
            ("GETSET text v", 1),
            ("GETDEL absent", 0),
            ("ZPOPMIN z", 1),
            ("ZPOPMAX z", 1),
            ("ZPOPMIN z 1", 1),
            ("ZPOPMIN z 2", 2),
            ("ZPOPMAX z 99", 5),
            ("ZPOPMIN z 0", 0),
            ("ZPOPMIN absent", 0),
            ("ZPOPMAX absent 2", 0),
            ("ZMPOP 1 z MIN COUNT 3", 1),
            ("XREADGROUP GROUP g c STREAMS s >", 1),
            ("SPOP set 2", 2),
        ];
        var server = isVersion2 ? await StartAsync(null, "--rename-command", "HELLO", "") : Server;
        var database = Open(server, isVersion2 ? 0 : Number);
        foreach (var (text, expected) in cases)
        {
            foreach (var isBatch in (bool[])[false, true])
            {
                await database.ExecuteAsync(Statement("DEL absent text z s set"), default);
                await database.ExecuteAsync(Statement("SET text abc"), default);
                await database.ExecuteAsync(Statement("ZADD z 1 a 2 b 3 c 4 d 5 e"), default);
                await database.ExecuteAsync(Statement("XGROUP CREATE s g $ MKSTREAM"), default);
                await database.ExecuteAsync(Statement("XADD s * f v"), default);
                await database.ExecuteAsync(Statement("SADD set a b c"), default);

                var result = isBatch
                    ? (await database.ExecuteBatchAsync([Statement(text)], default))[0]
                    : await database.ExecuteAsync(Statement(text), default);

                Assert.True(result == new ExecuteResult(expected, null), $"{text}: {result}");
            }
        }
    }

    [Fact]
    public async Task Added_entry_answers_its_id()
    {
        Assert.Equal(new ExecuteResult(1, "5-1"), await ExecuteAsync("XADD s 5-1 f v"));
        Assert.Equal(new ExecuteResult(0, null), await ExecuteAsync("XADD absent NOMKSTREAM * f v"));
        Assert.Matches("^[0-9]+-[0-9]+$", (await ExecuteAsync("XADD s * f v")).InsertId);
    }

    [Fact]
    public async Task Batch_tells_what_was_carried_out_when_the_data_refuse_a_part()
    {
        await ExecuteAsync("SET text abc");

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            Database
                .ExecuteBatchAsync([Statement("SET a 1"), Statement("LPUSH text x"), Statement("SET b 1")], default)
                .AsTask()
        );

        Assert.Equal(("WRONG_TYPE", "statements[1].command"), (error.Code, error.Field));
        Assert.Equal("2", error.Details!["appliedStatements"]);
        Assert.Equal("1", error.Details["failedStatement"]);
    }

    [Fact]
    public async Task Large_batch_comes_through()
    {
        var value = DbValue.From(new string('x', 20_000));
        var batch = Enumerable.Range(0, 1000).Select(index => Statement($"SET k{index} :v", ("v", value))).ToList();

        var results = await Database.ExecuteBatchAsync(batch, default);

        Assert.All(results, result => Assert.Equal(1, result.AffectedRows));
        Assert.Equal(DbValue.From(1000), (await QueryAsync("DBSIZE"))[0][0]);
    }

    [Fact]
    public async Task Hidden_option_in_a_value_is_refused()
    {
        var block = ("o", DbValue.From("block"));
        var database = ("o", DbValue.From("db"u8.ToArray()));

        Assert.Equal("query", await FieldAsync(() => QueryAsync("XREAD :o 0 STREAMS s $", block)));
        Assert.Equal(
            "command",
            await FieldAsync(() => ExecuteAsync("XREADGROUP GROUP g c :o 0 STREAMS s >", block).AsTask())
        );
        Assert.Equal("command", await FieldAsync(() => ExecuteAsync("COPY k j :o 0", database).AsTask()));
        Assert.Equal(
            "command",
            await FieldAsync(() => ExecuteAsync("XGROUP :o s g $", ("o", DbValue.From("CREATE"))).AsTask())
        );
    }

    [Theory]
    [InlineData("XREADGROUP GROUP g STREAMS BLOCK 0 STREAMS s >")]
    [InlineData("XREADGROUP COUNT 1 GROUP g streams block 0 STREAMS s >")]
    [InlineData("XREADGROUP group streams streams NOACK BLOCK 0 STREAMS s >")]
    [InlineData("XREADGROUP GROUP g c GROUP g STREAMS BLOCK 0 STREAMS s >")]
    public async Task Consumer_named_like_an_option_hides_none(string text) =>
        Assert.Equal("command", await FieldAsync(() => ExecuteAsync(text).AsTask()));

    [Fact]
    public async Task Consumer_may_be_named_like_an_option()
    {
        await ExecuteAsync("XGROUP CREATE s BLOCK $ MKSTREAM");
        await ExecuteAsync("XADD s * f v");

        Assert.Equal(1, (await ExecuteAsync("XREADGROUP GROUP BLOCK BLOCK STREAMS s >")).AffectedRows);
    }

    private static async Task<string?> FieldAsync(Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(action);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        return error.Field;
    }
}
