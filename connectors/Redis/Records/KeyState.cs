using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>A key as it was read.</summary>
/// <param name="Id">Id of the record.</param>
/// <param name="Type">Its type, by the server's name.</param>
/// <param name="Value">The server's answer; null for a type that is not read.</param>
/// <param name="ExpiresAt">Milliseconds since 1970; negative when it does not expire.</param>
internal sealed record KeyState(string Id, string Type, RespValue Value, long ExpiresAt);
