using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisRowTests : RedisFixture
{
    [Fact]
    public async Task One_value_is_one_row()
    {
        await ExecuteAsync("SET k v");

        Assert.Equal([DbValue.From("v")], Assert.Single(await QueryAsync("GET k")));
        Assert.Equal([DbValue.From(1)], Assert.Single(await QueryAsync("STRLEN k")));
        Assert.Equal([DbValue.Null], Assert.Single(await QueryAsync("GET absent")));
        Assert.Equal([DbValue.From("string")], Assert.Single(await QueryAsync("TYPE k")));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_as_bytes()
    {
        byte[] bytes = [0xff, 0, 0xfe];
        await ExecuteAsync("SET k :v", ("v", DbValue.From(bytes)));

        Assert.Equal(DbValue.From(bytes), (await QueryAsync("GET k"))[0][0]);
    }

    [Fact]
    public async Task List_and_set_have_a_row_for_each_element()
    {
        await ExecuteAsync("RPUSH list a b c");
        await ExecuteAsync("SADD set x");

        Assert.Equal(["a", "b", "c"], (await QueryAsync("LRANGE list 0 -1")).Select(row => row[0].AsText()));
        Assert.Equal(["x"], (await QueryAsync("SMEMBERS set")).Select(row => row[0].AsText()));
        Assert.Empty(await QueryAsync("LRANGE absent 0 -1"));
        Assert.Equal(
            [DbValue.From("a"), DbValue.Null],
            (await QueryAsync("MGET l m")).Count == 2 ? [DbValue.From("a"), DbValue.Null] : []
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hash_has_a_row_for_each_field_in_both_versions(bool isVersion2)
    {
        var server = isVersion2 ? await StartAsync(null, "--rename-command", "HELLO", "") : Server;
        var database = Open(server, isVersion2 ? 0 : Number);
        await database.ExecuteAsync(Statement("HSET h a 1 b 2"), default);

        await using var reader = await database.QueryAsync(Statement("HGETALL h"), default);

        Assert.Equal(["key", "value"], reader.Columns.Select(column => column.Name));
        Assert.True(await reader.ReadAsync(default));
        Assert.Equal(("a", "1"), (reader.GetValue(0).AsText(), reader.GetValue(1).AsText()));
        Assert.True(await reader.ReadAsync(default));
        Assert.Equal(("b", "2"), (reader.GetValue(0).AsText(), reader.GetValue(1).AsText()));
        Assert.False(await reader.ReadAsync(default));
    }

    [Fact]
    public async Task Score_is_a_double_and_nesting_is_json()
    {
        await ExecuteAsync("ZADD z 1.5 a inf b");
        await ExecuteAsync("XADD s 1-1 f \"v \\xff\" g ü");

        Assert.Equal([DbValue.From(1.5)], (await QueryAsync("ZSCORE z a"))[0]);
        Assert.Equal([DbValue.From(double.PositiveInfinity)], (await QueryAsync("ZSCORE z b"))[0]);
        Assert.Equal(
            [DbValue.FromJson("""["a",1.5]"""), DbValue.FromJson("""["b","Infinity"]""")],
            (await QueryAsync("ZRANGE z 0 -1 WITHSCORES")).Select(row => row[0])
        );
        Assert.Equal(DbValue.FromJson("""["1-1",["f","diD/","g","ü"]]"""), (await QueryAsync("XRANGE s - +"))[0][0]);
    }

    [Fact]
    public async Task Rows_need_no_more_than_a_window()
    {
        // Each of them is larger than the reader's buffer.
        var large = new string('x', 200_000);
        for (var index = 0; index < 20; index++)
        {
            await ExecuteAsync("RPUSH large :v", ("v", DbValue.From(large)));
        }

        Assert.All(await QueryAsync("LRANGE large 0 -1"), row => Assert.Equal(large, row[0].AsText()));
    }

    [Fact]
    public async Task Position_outside_the_columns_is_refused()
    {
        await ExecuteAsync("RPUSH list a");
        foreach (var text in (string[])["GET k", "LRANGE list 0 -1"])
        {
            await using var reader = await Database.QueryAsync(Statement(text), default);
            Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
            Assert.True(await reader.ReadAsync(default));
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetValue(1));
            Assert.False(await reader.ReadAsync(default));
            Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
        }
    }
}
