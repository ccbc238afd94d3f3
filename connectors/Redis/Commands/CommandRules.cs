using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>Decides which commands a query and a command may run.</summary>
internal static class CommandRules
{
    /// <summary>
    /// Never, whatever the server says of them: they change the session that others share, leave the database, administer the
    /// server, wait without end, or run what cannot be judged.
    /// </summary>
    private static readonly FrozenSet<string> Never = FrozenSet.ToFrozenSet(
        (
            "ACL ASKING AUTH BGREWRITEAOF BGSAVE BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN CLIENT CLUSTER "
            + "COMMAND CONFIG DEBUG DISCARD EVAL EVALSHA EXEC FAILOVER FCALL FLUSHALL FLUSHDB FUNCTION HELLO INFO KEYS LASTSAVE "
            + "LATENCY LOLWUT MIGRATE MODULE MONITOR MOVE MULTI PFDEBUG PFSELFTEST PSUBSCRIBE PSYNC PUBSUB PUNSUBSCRIBE QUIT "
            + "READONLY READWRITE REPLCONF REPLICAOF RESET RESTORE RESTORE-ASKING ROLE SAVE SCRIPT SELECT SHUTDOWN SLAVEOF "
            + "SLOWLOG SORT SORT_RO SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE SWAPDB SYNC UNSUBSCRIBE UNWATCH WAIT WAITAOF WATCH"
        ).Split(' '),
        StringComparer.Ordinal
    );

    /// <summary>They read nothing and change nothing, so the server calls them neither.</summary>
    private static readonly FrozenSet<string> Harmless = FrozenSet.ToFrozenSet(["ECHO", "PING", "TIME"]);

    private static readonly FrozenSet<string> Scripts = FrozenSet.ToFrozenSet(["EVAL_RO", "EVALSHA_RO", "FCALL_RO"]);

    /// <summary>Messages that are sent, not waited for.</summary>
    private static readonly FrozenSet<string> Sends = FrozenSet.ToFrozenSet(["PUBLISH", "SPUBLISH"]);

    /// <summary>They wait only when an option says so.</summary>
    private static readonly FrozenSet<string> WaitOnDemand = FrozenSet.ToFrozenSet(["XREAD", "XREADGROUP"]);

    private static readonly FrozenSet<string> Short = FrozenSet.ToFrozenSet(
        (
            "BITCOUNT BITFIELD_RO BITPOS DBSIZE ECHO EXISTS EXPIRETIME GEODIST GEOHASH GET GETBIT GETRANGE HEXISTS HGET HLEN HMGET "
            + "HSTRLEN LINDEX LLEN MEMORY|USAGE MGET OBJECT|ENCODING OBJECT|FREQ OBJECT|IDLETIME OBJECT|REFCOUNT PEXPIRETIME "
            + "PFCOUNT PING PTTL RANDOMKEY SCARD SINTERCARD SISMEMBER SMISMEMBER STRLEN SUBSTR TIME TOUCH TTL TYPE XLEN ZCARD "
            + "ZCOUNT ZINTERCARD ZLEXCOUNT ZMSCORE ZRANK ZREVRANK ZSCORE"
        ).Split(' '),
        StringComparer.Ordinal
    );

    /// <summary>With more arguments than this an answer is read from a connection of its own.</summary>
    private const int MostShortArguments = 128;

    /// <summary>Judges a line by the server's own table.</summary>
    public static CommandVerdict Judge(CommandLine line, CommandTable table, bool allowScripts)
    {
        var name = Upper(line.Arguments[0].Literal!);
        var verdict = new CommandVerdict(table, name);
        if (table.Find(name) is not { } info)
        {
            // A refusal is clearer than the news that this server has it renamed or an old one does not know it.
            return Never.Contains(name) ? verdict : verdict with { Fault = "is no command of this server" };
        }

        if (info.IsContainer && line.Arguments.Count > 1)
        {
            if (line.Arguments[1].Literal is not { } second)
            {
                return verdict with { Fault = "must have its subcommand written out, not as a parameter" };
            }

            if (table.Find(name + "|" + Upper(second)) is not { } subcommand)
            {
                return Never.Contains(name)
                    ? verdict
                    : verdict with
                    {
                        Fault = "has a subcommand that this server lacks",
                    };
            }

            info = subcommand;
        }

        if (Never.Contains(name))
        {
            return verdict;
        }

        if (!info.Takes(line.Arguments.Count))
        {
            return verdict with { Fault = Arity(info) };
        }

        var traits = info.Traits;
        var isOpen =
            !traits.HasFlag(CommandTraits.Guarded)
            && (!traits.HasFlag(CommandTraits.Blocks) || WaitOnDemand.Contains(name))
            && (!Scripts.Contains(name) || allowScripts);
        var reads = Harmless.Contains(name) || traits.HasFlag(CommandTraits.Reads);
        var writes = traits.HasFlag(CommandTraits.Writes);
        return verdict with
        {
            Writes = writes || Sends.Contains(name),
            IsQuery = isOpen && reads && !writes,
            IsCommand = (isOpen && (reads || writes)) || Sends.Contains(name),
            IsShort = Short.Contains(info.Name) && line.Arguments.Count <= MostShortArguments,
        };
    }

    /// <summary>Refuses what must not run.</summary>
    /// <param name="verdict">The command.</param>
    /// <param name="command">Its arguments.</param>
    /// <param name="field">Dotted path of the line, for errors.</param>
    /// <param name="isQuery">Whether it may only read.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ConnectorException">With the field.</exception>
    public static CommandVerdict Allow(CommandVerdict verdict, BoundCommand command, string field, bool isQuery)
    {
        if (verdict.Fault is { } fault)
        {
            throw ConnectorException.Invalid(field, fault);
        }

        if (isQuery && !verdict.IsQuery)
        {
            throw new ConnectorException(
                ErrorKind.InvalidArgument,
                "READ_ONLY",
                "may only read; changes, administration, waiting, scripts and messages are refused"
            )
            {
                Field = field,
            };
        }

        if (!isQuery && !verdict.IsCommand)
        {
            throw ConnectorException.Invalid(
                field,
                "is not allowed: administration, waiting, scripts, sessions, transactions and other databases are refused"
            );
        }

        CheckOptions(verdict, command, field);
        return verdict;
    }

    /// <summary>Refuses what the arguments make of a command that is harmless otherwise; their values count too.</summary>
    private static void CheckOptions(CommandVerdict verdict, BoundCommand command, string field)
    {
        if (WaitOnDemand.Contains(verdict.Name))
        {
            for (var index = 1; index < command.Count && !command.Is(index, "STREAMS"); index++)
            {
                if (command.Is(index, "BLOCK"))
                {
                    throw ConnectorException.Invalid(field, "must not wait: the option BLOCK is refused");
                }

                // The names of a group and its consumer may look like options.
                index += command.Is(index, "GROUP") ? 2 : 0;
            }
        }
        else if (verdict.Name is "COPY")
        {
            for (var index = 3; index < command.Count; index++)
            {
                if (command.Is(index, "DB"))
                {
                    throw ConnectorException.Invalid(field, "must stay in the database: the option DB is refused");
                }
            }
        }
    }

    private static string Upper(byte[] name) => Encoding.UTF8.GetString(name).ToUpperInvariant();

    private static string Arity(CommandInfo info) =>
        info.Arity >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"must have {info.Arity - 1} arguments behind the name")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"must have at least {-info.Arity - 1} arguments behind the name"
            );
}
