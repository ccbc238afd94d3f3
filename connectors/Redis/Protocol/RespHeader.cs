namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>The first line of a value; for the simple types it is the whole value.</summary>
/// <param name="Type">The type; a null of any writing is <see cref="RespType.Null"/>.</param>
/// <param name="Number">
/// The integer, 0 or 1 of a boolean, the bits of a double, the length of a string, the number of elements (pairs count twice).
/// </param>
/// <param name="Text">Text of a simple string or big number; the code of an error.</param>
internal readonly record struct RespHeader(RespType Type, long Number, string? Text)
{
    public bool IsString => Type is RespType.BulkString or RespType.BulkError or RespType.Verbatim;

    public bool IsAggregate => Type is RespType.Array or RespType.Set or RespType.Map;

    /// <summary>Whether it begins what nobody asked for and what is passed.</summary>
    public bool IsAside => Type is RespType.Attribute or RespType.Push;
}
