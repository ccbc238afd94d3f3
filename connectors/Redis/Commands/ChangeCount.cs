using System.Collections.Frozen;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>What a command did, told from its answer.</summary>
internal static class ChangeCount
{
    /// <summary>Their integer is a new value or length, not a number of changes: one thing was changed.</summary>
    private static readonly FrozenSet<string> AnswersState = FrozenSet.ToFrozenSet(
        "APPEND BITOP DECR DECRBY HINCRBY INCR INCRBY SETBIT SETRANGE".Split(' '),
        StringComparer.Ordinal
    );

    /// <summary>Their integer is the length of the list; what was pushed stands in the line.</summary>
    private static readonly FrozenSet<string> Pushes = FrozenSet.ToFrozenSet(["LPUSH", "LPUSHX", "RPUSH", "RPUSHX"]);

    /// <summary>Makes the result of a command.</summary>
    /// <param name="verdict">The command.</param>
    /// <param name="command">Its arguments.</param>
    /// <param name="answer">What the server answered; no error. Elements may have been skipped.</param>
    public static ExecuteResult Of(CommandVerdict verdict, BoundCommand command, RespValue answer) =>
        verdict switch
        {
            { Writes: false } => new ExecuteResult(0, null),
            { Name: "XADD" } => new ExecuteResult(answer.Type == RespType.Null ? 0 : 1, answer.Text),
            _ => new ExecuteResult(Count(verdict.Name, command, answer), null),
        };

    private static long Count(string name, BoundCommand command, RespValue answer) =>
        answer.Type switch
        {
            RespType.Integer => OfInteger(name, command.Count, answer.Number),
            RespType.Boolean => answer.Number,
            RespType.SimpleString => OfDone(name, command.Count),
            RespType.Null => name is "GETSET" || (name is "SET" && HasSet(command, isNull: true)) ? 1 : 0,
            RespType.Array or RespType.Set or RespType.Map => OfElements(name, answer),
            _ => name is "SET" && !HasSet(command, isNull: false) ? 0 : 1,
        };

    private static long OfInteger(string name, int arguments, long number) =>
        AnswersState.Contains(name) ? 1
        : Pushes.Contains(name) ? (number > 0 ? arguments - 2 : 0)
        : name is "LINSERT" ? (number > 0 ? 1 : 0)
        : Math.Max(0, number);

    private static long OfDone(string name, int arguments) =>
        name switch
        {
            "MSET" => (arguments - 1) / 2,
            "HMSET" => (arguments - 2) / 2,
            _ => 1,
        };

    private static long OfElements(string name, RespValue answer) =>
        name switch
        {
            // The elements are answers of parts of one change, or a key and what was taken from it.
            "BITFIELD" or "LMPOP" or "ZMPOP" or "XAUTOCLAIM" => answer.Number > 0 ? 1 : 0,
            // Member, score, member, score; with a count, version 3 of the protocol makes pairs of them.
            "ZPOPMIN" or "ZPOPMAX" when !answer.IsNested => answer.Number / 2,
            _ => answer.Type == RespType.Map ? answer.Number / 2 : answer.Number,
        };

    /// <summary>Whether SET has set, when it answered null or the old value: that depends on its options.</summary>
    private static bool HasSet(BoundCommand command, bool isNull)
    {
        bool asksOld = false,
            onlyNew = false,
            onlyOld = false;
        for (var index = 3; index < command.Count; index++)
        {
            asksOld |= command.Is(index, "GET");
            onlyNew |= command.Is(index, "NX");
            onlyOld |= command.Is(index, "XX");
        }

        return asksOld && (onlyNew ? isNull : !onlyOld || !isNull);
    }
}
