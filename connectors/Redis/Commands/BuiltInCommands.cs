using System.Globalization;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>
/// Commands that need no table of the server, for users that may not ask for it. Nothing is in it that any version might let
/// do more than its name says; the number is the arity as the server gives it, wide where versions differ.
/// </summary>
internal static class BuiltInCommands
{
    private const string Reads =
        "BITCOUNT-2 BITPOS-3 DBSIZE+1 DUMP+2 ECHO+2 EXISTS-2 GEODIST-4 GEOHASH-2 GEOPOS-2 GET+2 GETBIT+3 "
        + "GETRANGE+4 HEXISTS+3 HGET+3 HGETALL+2 HKEYS+2 HLEN+2 HMGET-3 HSCAN-3 HSTRLEN+3 HVALS+2 LINDEX+3 LLEN+2 "
        + "LRANGE+4 MGET-2 PFCOUNT-2 PING-1 PTTL+2 RANDOMKEY+1 SCAN-2 SCARD+2 SDIFF-2 SINTER-2 SISMEMBER+3 "
        + "SMEMBERS+2 SRANDMEMBER-2 SSCAN-3 STRLEN+2 SUNION-2 TIME+1 TOUCH-2 TTL+2 TYPE+2 XLEN+2 XPENDING-3 "
        + "XRANGE-4 XREVRANGE-4 ZCARD+2 ZCOUNT+4 ZLEXCOUNT+4 ZRANGE-4 ZRANGEBYLEX-4 ZRANGEBYSCORE-4 ZRANK-3 "
        + "ZREVRANGE-4 ZREVRANGEBYLEX-4 ZREVRANGEBYSCORE-4 ZREVRANK-3 ZSCAN-3 ZSCORE+3";

    private const string Writes =
        "APPEND+3 BITFIELD-2 BITOP-4 DECR+2 DECRBY+3 DEL-2 EXPIRE-3 EXPIREAT-3 GEOADD-5 GETSET+3 HDEL-3 "
        + "HINCRBY+4 HINCRBYFLOAT+4 HMSET-4 HSET-4 HSETNX+4 INCR+2 INCRBY+3 INCRBYFLOAT+3 LINSERT+5 LPOP-2 LPUSH-3 "
        + "LPUSHX-3 LREM+4 LSET+4 LTRIM+4 MSET-3 MSETNX-3 PERSIST+2 PEXPIRE-3 PEXPIREAT-3 PFADD-2 PFMERGE-2 "
        + "PSETEX+4 RENAME+3 RENAMENX+3 RPOP-2 RPOPLPUSH+3 RPUSH-3 RPUSHX-3 SADD-3 SDIFFSTORE-3 SET-3 SETBIT+4 "
        + "SETEX+4 SETNX+3 SETRANGE+4 SINTERSTORE-3 SMOVE+4 SPOP-2 SREM-3 SUNIONSTORE-3 UNLINK-2 XACK-4 XADD-5 "
        + "XCLAIM-6 XDEL-3 XTRIM-4 ZADD-4 ZINCRBY+4 ZINTERSTORE-4 ZPOPMAX-2 ZPOPMIN-2 ZREM-3 ZREMRANGEBYLEX+4 "
        + "ZREMRANGEBYRANK+4 ZREMRANGEBYSCORE+4 ZUNIONSTORE-4";

    public static IReadOnlyList<CommandInfo> All { get; } =
    [
        .. Parse(Reads, CommandTraits.Reads),
        .. Parse(Writes, CommandTraits.Writes),
        new CommandInfo("PUBLISH", 3, CommandTraits.Guarded),
    ];

    private static IEnumerable<CommandInfo> Parse(string list, CommandTraits traits)
    {
        foreach (var word in list.Split(' '))
        {
            var sign = word.IndexOfAny(['+', '-']);
            yield return new CommandInfo(
                word[..sign],
                int.Parse(word.AsSpan(sign), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                traits
            );
        }
    }
}
