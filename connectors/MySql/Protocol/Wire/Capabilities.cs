namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>What client and server agree on; the upper half is MariaDB's.</summary>
[Flags]
internal enum Capabilities : ulong
{
    None = 0,

    /// <summary>Set by MySQL; a server without it is MariaDB and has the upper half.</summary>
    MySql = 1,
    FoundRows = 1 << 1,
    LongFlag = 1 << 2,
    ConnectWithDatabase = 1 << 3,
    Protocol41 = 1 << 9,
    Ssl = 1 << 11,
    Transactions = 1 << 13,
    SecureConnection = 1 << 15,
    MultiResults = 1 << 17,
    PreparedMultiResults = 1 << 18,
    PluginAuthentication = 1 << 19,
    LengthEncodedAuthentication = 1 << 21,
    DeprecateEof = 1 << 24,
    ExtendedMetadata = 1UL << 35,
    CacheMetadata = 1UL << 36,
}
