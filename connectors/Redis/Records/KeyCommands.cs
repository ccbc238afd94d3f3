using System.Globalization;
using System.Text;
using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>The commands that read and write keys.</summary>
internal static class KeyCommands
{
    /// <summary>What PEXPIRETIME answers when there is no such key.</summary>
    public const long Gone = -2;

    /// <summary>Values of one command; a server takes about a million.</summary>
    private const int ValuesOfCommand = 10_000;

    /// <summary>Whether values of a type are read and written.</summary>
    public static bool IsRead(string type) => type is "string" or "list" or "set" or "hash" or "zset";

    public static void Type(RequestBuffer target, byte[] key) => Add(target, "TYPE", key);

    /// <summary>Asks for a value, if its type is read, and for when the key expires.</summary>
    public static void Read(RequestBuffer target, string type, byte[] key)
    {
        switch (type)
        {
            case "string":
                Add(target, "GET", key);
                break;
            case "hash":
                Add(target, "HGETALL", key);
                break;
            case "set":
                Add(target, "SMEMBERS", key);
                break;
            case "list":
                Add(target, "LRANGE", key, "0"u8.ToArray(), "-1"u8.ToArray());
                break;
            case "zset":
                Add(target, "ZRANGE", key, "0"u8.ToArray(), "-1"u8.ToArray(), "WITHSCORES"u8.ToArray());
                break;
            default:
                break;
        }

        // Not how long it still lives, which is different each time it is asked for.
        Add(target, "PEXPIRETIME", key);
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Answers that will come.</returns>
    public static int Delete(RequestBuffer target, byte[] key)
    {
        Add(target, "UNLINK", key);
        return 1;
    }

    /// <summary>Puts a value in the place of whatever the key holds, at once.</summary>
    /// <returns>Answers that will come.</returns>
    public static int Replace(RequestBuffer target, byte[] key, KeyContent content)
    {
        var expiry = content.ExpiresAt is { } moment
            ? Encoding.UTF8.GetBytes(moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))
            : null;
        if (content.Type is "string")
        {
            Add(
                target,
                "SET",
                expiry is null ? [key, content.Values[0]] : [key, content.Values[0], "PXAT"u8.ToArray(), expiry]
            );
            return 1;
        }

        var command = content.Type switch
        {
            "hash" => "HSET",
            "list" => "RPUSH",
            "set" => "SADD",
            _ => "ZADD",
        };
        target.Command("MULTI");
        Add(target, "UNLINK", key);
        var answers = 3;
        foreach (var values in content.Values.Chunk(ValuesOfCommand))
        {
            Add(target, command, [key, .. values]);
            answers++;
        }

        if (expiry is not null)
        {
            Add(target, "PEXPIREAT", key, expiry);
            answers++;
        }

        target.Command("EXEC");
        return answers;
    }

    private static void Add(RequestBuffer target, string command, params ReadOnlySpan<byte[]> arguments)
    {
        target.Begin(arguments.Length + 1);
        target.TryAdd(command);
        foreach (var argument in arguments)
        {
            target.Add(argument);
        }
    }
}
