using System.Collections.Frozen;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>The permissions a key can hold, by their names on the wire.</summary>
internal static class KnownPermission
{
    /// <summary>Stands in method rules for what only an admin key may do; no key can be given it by name.</summary>
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All =
    [
        "integration:create",
        "integration:read",
        "integration:update",
        "integration:delete",
        "integration:test",
        "integration:sync",
        "integration:storage:upload",
        "integration:storage:download",
        "integration:storage:read",
        "integration:database:query",
        "integration:database:execute",
        "integration:messaging:send",
        "integration:messaging:receive",
        "integration:alert:manage",
    ];

    private static readonly FrozenDictionary<string, int> Bits = All.Index()
        .ToFrozenDictionary(permission => permission.Item, permission => 1 << permission.Index, StringComparer.Ordinal);

    public static bool IsKnown(string name) => Bits.ContainsKey(name);

    /// <summary>The bit of a permission; 0 for a name that is none.</summary>
    public static int Bit(string name) => Bits.GetValueOrDefault(name);

    public static int Bit(IEnumerable<string> names) => names.Aggregate(0, (bits, name) => bits | Bit(name));
}
