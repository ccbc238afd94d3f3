using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisLoginTests : RedisFixture
{
    private const string Secret = "secret-0123";

    [Theory]
    [InlineData(null)]
    [InlineData(Secret)]
    public async Task Server_without_hello_is_spoken_to_in_version_2(string? password)
    {
        var server = await StartAsync(password, "--rename-command", "HELLO", "");
        var database = Open(server, database: 3);

        await database.ExecuteAsync(Statement("SET k v"), default);
        await database.ExecuteBatchAsync([Statement("INCR n"), Statement("HSET h a 1")], default);

        Assert.Equal("v", (await QueryAsync(database, "GET k"))[0][0].AsText());
        Assert.Equal(DbValue.Null, (await QueryAsync(database, "GET absent"))[0][0]);
        Assert.Equal("v", await server.CliAsync("-n", "3", "GET", "k"));
        Assert.Equal(HealthReport.Healthy, await database.CheckAsync(default));
    }

    [Fact]
    public async Task Wrong_password_is_told_in_version_2_too()
    {
        var server = await StartAsync(Secret, "--rename-command", "HELLO", "");
        var database = Open(new { host = "127.0.0.1", port = server.Port }, RedisServers.Credentials("wrong"));

        Assert.Equal("INVALID_CREDENTIALS", (await database.CheckAsync(default)).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Missing_or_wrong_password_is_refused_credentials(string? password)
    {
        var database = Open(new { host = "127.0.0.1", port = Server.Port }, RedisServers.Credentials(password));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "GET k"));

        Assert.Equal((ErrorKind.Unauthenticated, "INVALID_CREDENTIALS"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task User_may_do_what_the_server_lets_it()
    {
        await Server.CliAsync(
            "ACL",
            "SETUSER",
            "reader",
            "on",
            ">" + Secret,
            "~open:*",
            "+@read",
            "+command",
            "+select",
            "+set"
        );
        var database = Open(
            new
            {
                host = "127.0.0.1",
                port = Server.Port,
                database = Number,
            },
            RedisServers.Credentials(Secret, "reader")
        );

        Assert.Equal(HealthReport.Healthy, await database.CheckAsync(default));
        await database.ExecuteAsync(Statement("SET open:a 1"), default);
        Assert.Equal("1", (await QueryAsync(database, "GET open:a"))[0][0].AsText());
        foreach (var text in (string[])["GET closed", "LRANGE closed 0 -1"])
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, text));
            Assert.Equal((ErrorKind.PermissionDenied, "PERMISSION_DENIED"), (error.Kind, error.Code));
        }

        var batch = await Assert.ThrowsAsync<ConnectorException>(() =>
            database.ExecuteBatchAsync([Statement("SET open:b 1"), Statement("DEL open:a")], default).AsTask()
        );
        Assert.Equal(ErrorKind.PermissionDenied, batch.Kind);
        Assert.Equal("1", (await QueryAsync(database, "GET open:a"))[0][0].AsText());
    }

    [Fact]
    public async Task User_who_may_not_ask_for_the_table_gets_the_built_in_one()
    {
        await Server.CliAsync("ACL", "SETUSER", "blind", "on", ">" + Secret, "~*", "&*", "+@all", "-command", "-ping");
        var database = Open(
            new
            {
                host = "127.0.0.1",
                port = Server.Port,
                database = Number,
            },
            RedisServers.Credentials(Secret, "blind")
        );

        Assert.Equal(HealthReport.Healthy, await database.CheckAsync(default));
        Assert.Equal(1, (await database.ExecuteAsync(Statement("SET k v"), default)).AffectedRows);
        Assert.Equal("v", (await QueryAsync(database, "GET k"))[0][0].AsText());
        await database.ExecuteAsync(Statement("RPUSH l a b"), default);
        Assert.Equal(2, (await QueryAsync(database, "LRANGE l 0 -1")).Count);
        foreach (
            var text in (string[])["SET k w", "FLUSHALL", "SORT l", "EVAL_RO 'return 1' 0", "OBJECT FREQ k", "DEL"]
        )
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, text));
            Assert.Equal((ErrorKind.InvalidArgument, "query"), (error.Kind, error.Field));
        }

        foreach (var text in (string[])["FLUSHALL", "CONFIG SET maxmemory 1", "DEBUG JMAP", "SWAPDB 0 1"])
        {
            var command = await Assert.ThrowsAsync<ConnectorException>(() =>
                database.ExecuteAsync(Statement(text), default).AsTask()
            );
            Assert.Equal((ErrorKind.InvalidArgument, "command"), (command.Kind, command.Field));
        }
    }

    [Fact]
    public async Task Everything_works_over_tls()
    {
        var database = Open(
            new
            {
                host = "localhost",
                port = Server.TlsPort,
                tls = true,
                caCertificate = Server.Authority.AuthorityPem,
                database = Number,
            },
            RedisServers.Credentials(RedisServers.Password)
        );
        var large = new string('ü', 4_000_000);

        await database.ExecuteAsync(Statement("SET k :v", ("v", DbValue.From(large))), default);
        Assert.Equal(large, (await QueryAsync(database, "GET k"))[0][0].AsText());
        await Parallel.ForAsync(
            0,
            500,
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (index, token) =>
            {
                var value = ("v", DbValue.From(index));
                await database.ExecuteAsync(Statement($"SET k{index} :v", value), token);
                Assert.Equal($"{index}", (await QueryAsync(database, $"GET k{index}"))[0][0].AsText());
            }
        );
        await database.ExecuteAsync(Statement("RPUSH l a b c"), default);
        Assert.Equal(3, (await QueryAsync(database, "LRANGE l 0 -1")).Count);
    }

    [Fact]
    public async Task Certificate_of_another_authority_is_refused()
    {
        var other = TestServers.TestAuthority.Create();
        var database = Open(
            new
            {
                host = "localhost",
                port = Server.TlsPort,
                tls = true,
                caCertificate = other.AuthorityPem,
            },
            RedisServers.Credentials(RedisServers.Password)
        );

        Assert.Equal("TLS_FAILURE", (await database.CheckAsync(default)).Code);
    }

    [Fact]
    public async Task Plain_port_is_no_tls()
    {
        var database = Open(
            new
            {
                host = "localhost",
                port = Server.Port,
                tls = true,
                connectTimeoutSeconds = 1,
            }
        );

        // The server waits for the rest of what it takes for a command line, unless a line break is in it by chance.
        Assert.True((await database.CheckAsync(default)).Code is "TLS_FAILURE" or "TIMEOUT");
    }
}
