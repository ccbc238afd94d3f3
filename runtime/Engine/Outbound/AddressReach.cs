namespace Yyc3.Connectors.Runtime.Outbound;

/// <summary>How far away an address is.</summary>
internal enum AddressReach
{
    /// <summary>The internet.</summary>
    Public,

    /// <summary>This machine and its own networks.</summary>
    Private,

    /// <summary>Nothing to connect to, or a cloud's metadata service, which hands out credentials to whoever asks.</summary>
    Forbidden,
}
