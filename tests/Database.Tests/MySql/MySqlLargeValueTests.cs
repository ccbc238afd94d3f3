using Yyc3.Connectors.MySql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlLargeValueTests : IAsyncLifetime
{
    private const int PacketLimit = 0xFFFFFF;

    private MySqlFixture? _fixture;
    private MySqlConnector? _database;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateAsync();
        _database = _fixture.Open(poolSize: 1);
        await ExecuteAsync(_database, "create table t (id int primary key, a longblob)");
    }

    public ValueTask DisposeAsync() => _fixture!.DisposeAsync();

    // Around the size at which a packet is split, for the packet that goes (with 34 bytes before the value) and the one that comes.
    [Theory]
    [InlineData(PacketLimit - 40, 80)]
    [InlineData((2 * PacketLimit) + 1000, 1)]
    public async Task Value_of_more_than_16_MiB_goes_and_comes(int from, int steps)
    {
        var bytes = new byte[from + steps];
        new Random(7).NextBytes(bytes);
        for (var step = 0; step < steps; step += Math.Max(1, steps / 8))
        {
            var value = bytes.AsSpan(0, from + step).ToArray();
            await ExecuteAsync(_database!, "replace into t values (1, :a)", ("a", DbValue.From(value)));
            var rows = await QueryAsync(_database!, "select 1, a, 2 from t");
            Assert.True(rows[0][1].AsBytes().AsSpan().SequenceEqual(value), $"{value.Length} bytes");
            Assert.Equal(DbValue.From(2), rows[0][2]);
        }

        Assert.Single(await QueryAsync(_database!, "select 1"));
    }

    [Fact]
    public async Task Row_above_the_limit_is_refused_and_costs_one_connection()
    {
        var database = _fixture!.Open(poolSize: 1, maxRowBytes: 4 * 1024 * 1024);
        var before = await QueryAsync(database, "select connection_id()");
        Assert.Single(await QueryAsync(database, "select repeat('x', 4194000), 1"));

        foreach (var size in (int[])[4_194_400, 20_000_000])
        {
            await using var reader = await database.QueryAsync(
                Statement("select 1, null union all select 2, repeat('x', :n)", ("n", DbValue.From(size))),
                default
            );
            Assert.True(await reader.ReadAsync(default));
            for (var again = 0; again < 2; again++)
            {
                var error = await FailsAsync(() => reader.ReadAsync(default).AsTask());
                Assert.Equal((ErrorKind.PreconditionFailed, "ROW_TOO_LARGE"), (error.Kind, error.Code));
            }
        }

        Assert.NotEqual(before[0][0], (await QueryAsync(database, "select connection_id()"))[0][0]);
        Assert.Equal(1, database.PoolUsage.Open);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4 * 1024 * 1024 - 1)]
    [InlineData(512 * 1024 * 1024 + 1)]
    public void Limit_out_of_range_is_refused(int limit)
    {
        var error = Assert.Throws<ConnectorException>(() => _fixture!.Open(maxRowBytes: limit));

        Assert.Equal((ErrorKind.InvalidArgument, "config.maxRowBytes"), (error.Kind, error.Field));
    }

    [Fact]
    public async Task Value_beyond_the_servers_limit_is_refused_and_costs_no_connection()
    {
        var before = await QueryAsync(_database!, "select connection_id()");

        var error = await FailsAsync(() =>
            ExecuteAsync(_database!, "insert into t values (1, :a)", ("a", DbValue.From(new byte[65 * 1024 * 1024])))
        );

        Assert.Equal((ErrorKind.InvalidArgument, "command"), (error.Kind, error.Field));
        Assert.Contains("max_allowed_packet", error.Message, StringComparison.Ordinal);
        Assert.Equal(before[0][0], (await QueryAsync(_database!, "select connection_id()"))[0][0]);
    }
}
