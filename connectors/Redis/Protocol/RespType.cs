namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>Types of the protocol, versions 2 and 3.</summary>
internal enum RespType : byte
{
    Null = 0,
    SimpleString,
    Error,
    Integer,
    Boolean,
    Double,
    BigNumber,
    BulkString,
    BulkError,
    Verbatim,
    Array,
    Set,
    Map,

    /// <summary>Not of the protocol: a value larger than the limit, which was read and thrown away.</summary>
    TooLarge,

    /// <summary>Facts about the value that follows; skipped.</summary>
    Attribute,

    /// <summary>A message nobody asked for; skipped.</summary>
    Push,
}
