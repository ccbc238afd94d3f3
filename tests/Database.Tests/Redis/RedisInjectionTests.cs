using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Yyc3.Connectors.Redis.Commands;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>The server itself, asked by MONITOR, tells what arrived.</summary>
public sealed class RedisInjectionTests : RedisFixture
{
    private static readonly string[] Payloads =
    [
        "\r\nFLUSHALL\r\n",
        "*1\r\n$8\r\nFLUSHALL\r\n",
        "\r\n*1\r\n$8\r\nFLUSHALL\r\n",
        "$-1\r\n",
        "FLUSHALL",
        "\" FLUSHALL \"",
        "' FLUSHALL '",
        "\\",
        "\\\"",
        "\\r\\nFLUSHALL\\r\\n",
        "\\x0d\\x0aFLUSHALL",
        ":value",
        ":key :value",
        ":0\r\n",
        "+OK\r\n",
        "-ERR x\r\n",
        "NX",
        "GET",
        "EX 1",
        "KEEPTTL",
        "{tag}",
        "*",
        "?[a-z]",
        "MULTI\r\nFLUSHALL\r\nEXEC",
        "'; redis.call('flushall') --",
        "return redis.call('flushall')",
        "\0",
        "\ufeff",
        "\u2028FLUSHALL",
        "汉字",
        "👩‍👩‍👧",
        "\u001b[2J",
        "%0d%0aFLUSHALL",
        "${jndi:x}",
        "../../etc/passwd",
    ];

    private static readonly string[] Frames =
    [
        "{0}",
        "x{0}",
        "{0}x",
        "x {0} y",
        "\"{0}\"",
        "'{0}'",
        "\r\n{0}",
        "{0}\r\n",
        "{0}{0}",
        "\n{0}\n",
        "${0}",
        "*{0}",
        ":{0}",
        "\\{0}",
        "\0{0}",
    ];

    private static List<string> Texts { get; } =
    [
        .. Payloads
            .SelectMany(payload => Frames.Select(frame => frame.Replace("{0}", payload, StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal),
    ];

    [Fact]
    public async Task Text_arrives_as_one_argument_in_every_place()
    {
        Assert.InRange(Texts.Count, 500, 1000);
        var expected = new List<string[]>();
        using var monitor = await MonitorAsync();
        foreach (var text in Texts)
        {
            var value = DbValue.From(text);
            await ExecuteAsync("SET :key :value", ("key", value), ("value", value));
            expected.Add(["SET", text, text]);
            await ExecuteAsync("HSET h :field fixed last :last", ("field", value), ("last", value));
            expected.Add(["HSET", "h", text, "fixed", "last", text]);
            Assert.Equal(value, (await QueryAsync("GET :key", ("key", value)))[0][0]);
            expected.Add(["GET", text]);
            Assert.Equal(2, (await QueryAsync("HMGET h :a :a", ("a", value))).Count);
            expected.Add(["HMGET", "h", text, text]);
            await QueryAsync("LRANGE :key 0 -1", ("key", DbValue.From("list " + text)));
            expected.Add(["LRANGE", "list " + text, "0", "-1"]);
        }

        await ExecuteAsync("SET end end");
        Assert.Equal(expected, await ReadAsync(monitor));
    }

    [Fact]
    public async Task Batch_holds_nothing_but_its_commands()
    {
        using var monitor = await MonitorAsync();
        await Database.ExecuteBatchAsync(
            [.. Texts.Select(text => Statement("RPUSH list :v", ("v", DbValue.From(text))))],
            default
        );
        await ExecuteAsync("SET end end");

        Assert.Equal(
            [
                ["MULTI"],
                .. Texts.Select(text => (string[])["RPUSH", "list", text]),
                ["EXEC"],
            ],
            await ReadAsync(monitor)
        );
        Assert.Equal(Texts, (await QueryAsync("LRANGE list 0 -1")).Select(row => row[0].AsText()));
    }

    private async Task<StreamReader> MonitorAsync()
    {
        // Connections and table are there before the monitor looks.
        await QueryAsync("LRANGE absent 0 -1");
        var client = new TcpClient("127.0.0.1", Server.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {RedisServers.Password}\r\nMONITOR\r\n"));
        var reader = new StreamReader(stream, Encoding.Latin1);
        Assert.Equal("+OK", await reader.ReadLineAsync());
        Assert.Equal("+OK", await reader.ReadLineAsync());
        return reader;
    }

    /// <summary>Commands that reached this test's database, up to <c>SET end end</c>; other tests use other databases.</summary>
    private async Task<List<string[]>> ReadAsync(StreamReader monitor)
    {
        var commands = new List<string[]>();
        var mark = string.Create(CultureInfo.InvariantCulture, $"[{Number} ");
        while (true)
        {
            var line = (await monitor.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)))!;
            Assert.DoesNotContain("] \"FLUSHALL\"", line, StringComparison.OrdinalIgnoreCase);
            if (!line.Contains(mark, StringComparison.Ordinal))
            {
                continue;
            }

            // Quoted as redis-cli quotes, so the parser of command lines reads it.
            var quoted = line[(line.IndexOf("] ", StringComparison.Ordinal) + 2)..];
            string[] command =
            [
                .. new CommandLineParser(quoted, "query")
                    .Parse()
                    .Arguments.Select(argument => Encoding.UTF8.GetString(argument.Literal!)),
            ];
            if (command is ["SET", "end", "end"])
            {
                return commands;
            }

            commands.Add(command);
        }
    }
}
