using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Database;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.Redis;

public class RedisSubject : CommandDatabaseSubject
{
    private readonly ConnectorHarness _harness = new();
    private RedisConnector? _connector;

    public override DbStatement Series => new("LRANGE series 0 -1");

    public override DbStatement? SlowQuery =>
        new("EVAL_RO 'local n = 0 for i = 1, 150000000 do n = n + 1 end return n' 0");

    public override DbStatement LookAlikes => new("""ECHO ":key ':value' \":more\" x:y" """);

    public override string Misfit => "SET k v NOSUCHOPTION";

    public override bool TakesNull => false;

    public override bool RollsBack => false;

    public override IReadOnlyList<string> Writes =>
        [
            "SET k second",
            "set k second",
            "\"SET\" k second",
            "\"S\\x45T\" k second",
            " SET k second ",
            "DEL k",
            "GETSET k second",
            "GETDEL k",
            "GETEX k EX 100",
            "APPEND k x",
            "EXPIRE k 1",
            "RENAME k j",
            "COPY k j",
            "RPUSH list x",
            "BITFIELD k SET u8 0 1",
            "XREADGROUP GROUP g c STREAMS s >",
            "FLUSHDB",
            "FLUSHALL",
            "SORT k STORE j",
            "EVAL \"return redis.call('set', 'k', 'second')\" 0",
            "EVALSHA 0123456789012345678901234567890123456789 0",
            "FCALL f 0",
            "PUBLISH channel message",
            "MULTI",
            "SCRIPT FLUSH",
            "RESTORE j 0 x",
        ];

    public override IReadOnlyList<string> RefusedCommands =>
        [
            "FLUSHALL",
            "FLUSHDB",
            "SWAPDB 0 1",
            "MOVE k 1",
            "COPY k j DB 1",
            "SELECT 1",
            "AUTH x",
            "HELLO 3",
            "RESET",
            "QUIT",
            "SHUTDOWN NOSAVE",
            "MULTI",
            "EXEC",
            "DISCARD",
            "WATCH k",
            "UNWATCH",
            "SUBSCRIBE c",
            "PSUBSCRIBE *",
            "SSUBSCRIBE c",
            "UNSUBSCRIBE",
            "MONITOR",
            "CLIENT KILL TYPE normal",
            "CLIENT REPLY OFF",
            "CLIENT TRACKING ON",
            "CONFIG SET maxmemory 1",
            "CONFIG GET requirepass",
            "DEBUG SLEEP 60",
            "ACL SETUSER evil on nopass +@all",
            "ACL LIST",
            "EVAL \"return 1\" 0",
            "EVALSHA 0123456789012345678901234567890123456789 0",
            "FCALL f 0",
            "SCRIPT FLUSH",
            "FUNCTION FLUSH",
            "MODULE LOAD /tmp/x.so",
            "REPLICAOF 127.0.0.1 1",
            "SLAVEOF NO ONE",
            "MIGRATE 127.0.0.1 1 k 0 100",
            "CLUSTER RESET",
            "FAILOVER",
            "SAVE",
            "BGSAVE",
            "BGREWRITEAOF",
            "SYNC",
            "PSYNC ? -1",
            "BLPOP list 0",
            "BRPOPLPUSH list other 0",
            "BZPOPMIN z 0",
            "WAIT 1 0",
            "XREAD BLOCK 0 STREAMS s $",
            "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
            "KEYS *",
            "LATENCY RESET",
            "SLOWLOG GET",
            "READONLY",
            "ASKING",
        ];

    public override IReadOnlyList<string> Unparsable =>
        [
            "GET \"open",
            "GET 'open",
            "GET \"a\"b",
            "GET \"a\\",
            "NOSUCHCOMMAND k",
            "GET",
            "GET a b",
            "OBJECT NOSUCH k",
            "GET k\nGET k",
            "GET :not-a-name",
            ":command k",
        ];

    public override DbStatement Put(string key, DbValue value) =>
        Statement("SET :key :value", ("key", DbValue.From(key)), ("value", value));

    public override DbStatement Get(string key) => Statement("GET :key", ("key", DbValue.From(key)));

    public override DbStatement Remove(string key) => Statement("DEL :key", ("key", DbValue.From(key)));

    public override DbStatement Increment(string key) => Statement("INCR :key", ("key", DbValue.From(key)));

    public override async ValueTask FillSeriesAsync(IDatabase database, long count)
    {
        for (long at = 1; at <= count; at += 1000)
        {
            var numbers = Enumerable.Range(0, (int)Math.Min(1000, count - at + 1)).Select(i => at + i).ToList();
            var text = new StringBuilder("RPUSH series");
            numbers.ForEach(number => text.Append(CultureInfo.InvariantCulture, $" {number}"));
            await database.ExecuteAsync(new DbStatement(text.ToString()), default);
        }
    }

    public override DbValue Stored(DbValue value) =>
        value.Kind switch
        {
            DbValueKind.Boolean => DbValue.From(value.AsBoolean() ? "1" : "0"),
            DbValueKind.Bytes when !Utf8.IsValid(value.AsBytes()) => value,
            DbValueKind.Bytes => DbValue.From(Encoding.UTF8.GetString(value.AsBytes())),
            DbValueKind.Timestamp => DbValue.From(
                value.AsTimestamp().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
            ),
            _ => DbValue.From(value.ToString()),
        };

    public override async ValueTask<IDatabase> OpenAsync()
    {
        var server = await ServerAsync();
        _connector = RedisServers.Open(
            _harness,
            server,
            RedisServers.NextDatabase(),
            options => options with { AllowScripts = true }
        );
        return _connector;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_connector is not null)
        {
            await _connector.DisposeAsync();
        }

        _harness.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual Task<RedisServer> ServerAsync() => RedisServers.SharedAsync();

    private static DbStatement Statement(string text, params (string Name, DbValue Value)[] parameters) =>
        new(text) { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) };
}
