using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis.Replies;

/// <summary>Columns of answers. The server tells no types.</summary>
internal static class ReplyColumns
{
    public static IReadOnlyList<DbColumn> Value { get; } = [new("value", "")];

    public static IReadOnlyList<DbColumn> KeyAndValue { get; } = [new("key", ""), new("value", "")];
}
