using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>What a real server does only now and then, played by a scripted one.</summary>
public sealed class RedisWireTests : RedisFixture
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("MOVED 866 127.0.0.1:6381", ErrorKind.PreconditionFailed, "CLUSTER_NOT_SUPPORTED")]
    [InlineData("ASK 866 127.0.0.1:6381", ErrorKind.PreconditionFailed, "CLUSTER_NOT_SUPPORTED")]
    [InlineData("CLUSTERDOWN Hash slot not served", ErrorKind.Unavailable, "CLUSTER_DOWN")]
    [InlineData("TRYAGAIN Multiple keys", ErrorKind.Unavailable, "CLUSTER_DOWN")]
    [InlineData("LOADING Redis is loading", ErrorKind.Unavailable, "SERVER_LOADING")]
    [InlineData("MASTERDOWN Link with MASTER is down", ErrorKind.Unavailable, "REPLICATION_BROKEN")]
    [InlineData("MISCONF Errors writing to the AOF", ErrorKind.Unavailable, "PERSISTENCE_FAILING")]
    [InlineData("BUSY Redis is busy running a script", ErrorKind.Unavailable, "SERVER_BUSY")]
    [InlineData("READONLY You can't write", ErrorKind.Unavailable, "REPLICA_READ_ONLY")]
    [InlineData("OOM command not allowed", ErrorKind.QuotaExceeded, "OUT_OF_MEMORY")]
    [InlineData("NOAUTH Authentication required.", ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData("NOPERM this user has no permissions", ErrorKind.PermissionDenied, "PERMISSION_DENIED")]
    [InlineData("WRONGTYPE Operation against a key", ErrorKind.PreconditionFailed, "WRONG_TYPE")]
    [InlineData("BUSYKEY Target key name already exists.", ErrorKind.AlreadyExists, "KEY_EXISTS")]
    [InlineData("NOGROUP No such key", ErrorKind.NotFound, "GROUP_NOT_FOUND")]
    [InlineData("ERR value is not an integer", ErrorKind.InvalidArgument, "INVALID_ARGUMENT")]
    [InlineData("WHATEVER s3cr3t", ErrorKind.PreconditionFailed, "COMMAND_FAILED")]
    [InlineData("s3cr3t", ErrorKind.PreconditionFailed, "COMMAND_FAILED")]
    public async Task Error_has_the_kind_of_its_code(string answer, ErrorKind kind, string code)
    {
        await using var server = ScriptedServer.AfterLogin(_ => $"-{answer}\r\n");
        var database = OpenAt(server);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "GET k"));

        Assert.Equal((kind, code), (error.Kind, error.Code));
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            Assert.DoesNotContain("s3cr3t", cause.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", cause.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batch_that_was_sent_is_waited_for_a_moment_longer(bool isAnswered)
    {
        using var caller = new CancellationTokenSource();
        await using var server = ScriptedServer.AfterLogin(
            command =>
                command[0] switch
                {
                    "MULTI" => "+OK\r\n",
                    "EXEC" => isAnswered ? "*2\r\n+OK\r\n+OK\r\n" : null,
                    _ => "+QUEUED\r\n",
                },
            command => command[0] == "EXEC" ? caller.CancelAsync() : Task.CompletedTask
        );

        var batch = OpenAt(server)
            .ExecuteBatchAsync([Statement("SET a 1"), Statement("SET b 1")], caller.Token)
            .AsTask()
            .WaitAsync(Patience);

        if (isAnswered)
        {
            Assert.Equal(2, (await batch).Count);
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch);
        }
    }

    [Fact]
    public async Task Pushed_messages_and_attributes_hit_no_answer()
    {
        await using var server = ScriptedServer.AfterLogin(command =>
            $">2\r\n+invalidate\r\n*1\r\n$1\r\nx\r\n|1\r\n+ttl\r\n:1\r\n$2\r\n{command[1]}\r\n>1\r\n+later\r\n"
        );
        var database = OpenAt(server);
        for (var round = 10; round < 60; round++)
        {
            var rows = await QueryAsync(database, "GET :k", ("k", DbValue.From(round)));
            Assert.Equal($"{round}", rows[0][0].AsText());
        }
    }

    [Fact]
    public async Task Million_messages_before_an_answer_cost_nothing_but_time()
    {
        var messages = string.Concat(Enumerable.Repeat(">0\r\n", 1_000_000));
        await using var server = ScriptedServer.AfterLogin(command => $"{messages}+{command[1]}\r\n");
        var database = OpenAt(server);

        Assert.Equal("k", (await QueryAsync(database, "GET k").WaitAsync(Patience))[0][0].AsText());
    }

    [Fact]
    public async Task Server_that_is_full_is_no_server_of_version_2()
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var server = new ScriptedServer(command =>
        {
            asked.Enqueue(command[0]);
            return command[0] == "HELLO" ? "-ERR max number of clients reached\r\n" : "";
        });

        var report = await OpenAt(server).CheckAsync(default);
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            OpenAt(server).ExecuteAsync(Statement("SET k v"), default).AsTask()
        );

        Assert.Equal("CONNECTION_LOST", report.Code);
        Assert.Equal((ErrorKind.Unavailable, "CONNECTION_LOST"), (error.Kind, error.Code));
        Assert.Equal(["HELLO", "PING", "HELLO", "PING"], asked);
    }

    [Theory]
    [InlineData("-NOAUTH Authentication required.\r\n", "INVALID_CREDENTIALS")]
    [InlineData("-LOADING Redis is loading\r\n", "SERVER_LOADING")]
    [InlineData("-NOPERM no permissions\r\n", null)]
    [InlineData("+PONG\r\n", null)]
    public async Task Login_without_hello_holds_only_when_the_server_says_so(string answer, string? code)
    {
        await using var server = new ScriptedServer(command =>
            command[0] == "HELLO" ? "-ERR unknown command\r\n" : answer
        );

        Assert.Equal(code, (await OpenAt(server).CheckAsync(default)).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-DENIED\r\n")]
    public async Task Second_connection_that_cannot_be_had_harms_nobody(string? greeting)
    {
        var gate = new TaskCompletionSource();
        var logins = 0;
        await using var server = new ScriptedServer(async command =>
        {
            switch (command[0])
            {
                case "HELLO":
                    return Interlocked.Increment(ref logins) == 1 ? "%1\r\n+proto\r\n:3\r\n" : greeting;
                case "COMMAND":
                    return ScriptedServer.Table;
                default:
                    await gate.Task;
                    return Echo(command);
            }
        });
        var database = OpenAt(server);

        // More than half of what may wait: then a second connection is asked for.
        var asked = Enumerable
            .Range(0, 6000)
            .Select(index => QueryAsync(database, "GET :k", ("k", DbValue.From(index))))
            .ToList();
        await UntilAsync(() => Volatile.Read(ref logins) > 1);
        gate.SetResult();

        var answers = await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(8));
        Assert.Equal(
            Enumerable.Range(0, 6000).Select(index => $"{index}"),
            answers.Select(rows => rows[0][0].AsText())
        );
        Assert.Equal(2, logins);
    }

    [Theory]
    [InlineData("$1000000000\r\n", 2)]
    [InlineData("*1\r\n*2\r\n+a\r\n$1000000000\r\n", 2)]
    [InlineData("*1000000000\r\n", 2)]
    [InlineData("$5\r\nhello\r\n", 1)]
    [InlineData("*2\r\n+a\r\n*1\r\n$5\r\nhello\r\n", 1)]
    public async Task Rest_of_an_answer_is_read_only_when_it_is_little(string rest, int connections)
    {
        const string Table = "*1\r\n*3\r\n$6\r\nlrange\r\n:4\r\n*1\r\n+readonly\r\n";
        await using var server = new ScriptedServer(command =>
            command switch
            {
                ["HELLO", ..] => "%1\r\n+proto\r\n:3\r\n",
                ["COMMAND"] => Table,
                [_, "short", ..] => "*0\r\n",
                _ => "*2\r\n$1\r\na\r\n" + rest,
            }
        );
        var database = OpenAt(server);
        Assert.Empty(await QueryAsync(database, "LRANGE short 0 1"));
        var before = server.Connections;
        var reader = await database.QueryAsync(Statement("LRANGE list 0 1"), default);
        Assert.True(await reader.ReadAsync(default));

        await reader.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Empty(await QueryAsync(database, "LRANGE short 0 1"));
        Assert.Equal(before + connections - 1, server.Connections);
    }

    [Fact]
    public async Task What_does_not_speak_the_protocol_is_a_malformed_answer()
    {
        await using var server = new ScriptedServer(_ => "HTTP/1.1 400 Bad Request\r\n\r\n");

        var report = await OpenAt(server).CheckAsync(default);

        Assert.Equal("MALFORMED_ANSWER", report.Code);
        Assert.False(report.Retryable);
    }

    [Fact]
    public async Task Hang_up_costs_those_who_wait_and_nobody_else()
    {
        await using var server = ScriptedServer.AfterLogin(command => command[1] == "bye" ? "" : "+ok\r\n");
        var database = OpenAt(server);
        await QueryAsync(database, "GET k");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "GET bye"));
        Assert.Equal((ErrorKind.Unavailable, "CONNECTION_LOST"), (error.Kind, error.Code));

        Assert.Equal("ok", (await QueryAsync(database, "GET k"))[0][0].AsText());
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Table_is_asked_for_again_after_the_connection_was_lost()
    {
        var tables = 0;
        await using var server = new ScriptedServer(command =>
            command switch
            {
                ["HELLO", ..] => "%1\r\n+proto\r\n:3\r\n",
                ["COMMAND"] => Interlocked.Increment(ref tables) == 1
                    ? ScriptedServer.Table
                    : ScriptedServer.Table.Replace("get", "got", StringComparison.Ordinal),
                ["GET", "bye"] => "",
                _ => "+ok\r\n",
            }
        );
        var database = OpenAt(server);
        await QueryAsync(database, "GET k");
        await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "GOT k"));
        await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "GET bye"));

        // Opens the next connection; what it is connected to is found out by the one after.
        await database.CheckAsync(default);

        Assert.Single(await QueryAsync(database, "GOT k"));
        var gone = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "GET k"));
        Assert.Equal((ErrorKind.InvalidArgument, "query"), (gone.Kind, gone.Field));
        Assert.Equal(2, tables);
    }

    [Fact]
    public async Task Replica_is_left_without_harm_to_those_who_read_from_it()
    {
        var both = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        await using var server = ScriptedServer.AfterLogin(
            command => command[0] == "SET" ? "-READONLY You can't write\r\n" : "+ok\r\n",
            command =>
                command[0] == "SET" ? both.Task
                : command[1] == "slow" ? gate.Task
                : Task.CompletedTask
        );
        var database = OpenAt(server);
        await QueryAsync(database, "GET k");
        var write = database.ExecuteAsync(Statement("SET k v"), default).AsTask();
        var read = QueryAsync(database, "GET slow");
        both.SetResult();

        Assert.Equal(
            "REPLICA_READ_ONLY",
            (await Assert.ThrowsAsync<ConnectorException>(() => write.WaitAsync(Patience))).Code
        );
        var next = QueryAsync(database, "GET k");
        Assert.Equal("ok", (await next.WaitAsync(Patience))[0][0].AsText());
        gate.SetResult();

        Assert.Equal("ok", (await read.WaitAsync(Patience))[0][0].AsText());
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Late_answer_meets_nobody_else()
    {
        var gate = new TaskCompletionSource();
        await using var server = ScriptedServer.AfterLogin(
            Echo,
            command => command[1] == "late" ? gate.Task : Task.CompletedTask
        );
        var database = OpenAt(server);
        await QueryAsync(database, "GET k");
        using var caller = new CancellationTokenSource();
        var late = database.QueryAsync(Statement("GET late"), caller.Token).AsTask();
        var next = QueryAsync(database, "GET next");
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        Assert.False(next.IsCompleted);
        gate.SetResult();
        Assert.Equal("next", (await next)[0][0].AsText());
        Assert.Equal("more", (await QueryAsync(database, "GET more"))[0][0].AsText());
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Silent_connection_is_given_up_after_somebody_gave_up_waiting()
    {
        await using var server = ScriptedServer.AfterLogin(command => command[1] == "silence" ? null : "+ok\r\n");
        var context = Harness.Context(new { host = "127.0.0.1", port = server.Port });
        await using var database = new RedisConnector(
            RedisOptions.From(context) with
            {
                SilenceLimit = TimeSpan.FromMilliseconds(100),
            },
            context
        );
        await QueryAsync(database, "GET k");
        var waiting = QueryAsync(database, "GET silence");
        var impatient = Statement("GET silence") with { Timeout = TimeSpan.FromMilliseconds(20) };

        var late = await Assert.ThrowsAsync<ConnectorException>(() => database.QueryAsync(impatient, default).AsTask());
        var lost = await Assert.ThrowsAsync<ConnectorException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal("QUERY_TIMEOUT", late.Code);
        Assert.Equal((ErrorKind.Timeout, "TIMEOUT"), (lost.Kind, lost.Code));
        Assert.Equal("ok", (await QueryAsync(database, "GET k"))[0][0].AsText());
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Silent_login_ends_in_time()
    {
        await using var server = new ScriptedServer(_ => Task.FromResult<string?>(null));
        var database = Open(
            new
            {
                host = "127.0.0.1",
                port = server.Port,
                connectTimeoutSeconds = 1,
            }
        );

        Assert.Equal("TIMEOUT", (await database.CheckAsync(default)).Code);
    }

    [Fact]
    public async Task More_than_the_bound_of_commands_wait_for_room_and_all_are_answered()
    {
        var gate = new TaskCompletionSource();
        await using var server = ScriptedServer.AfterLogin(Echo, _ => gate.Task);
        var database = OpenAt(server);
        var asked = Enumerable
            .Range(0, 30_000)
            .Select(index => QueryAsync(database, "GET :k", ("k", DbValue.From(index))))
            .ToList();
        gate.SetResult();

        var answers = await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(
            Enumerable.Range(0, 30_000).Select(index => $"{index}"),
            answers.Select(rows => rows[0][0].AsText())
        );
    }

    private static async Task UntilAsync(Func<bool> isThere)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!isThere())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private static string Echo(string[] command) => $"${command[1].Length}\r\n{command[1]}\r\n";

    private RedisConnector OpenAt(ScriptedServer server) => Open(new { host = "127.0.0.1", port = server.Port });
}
