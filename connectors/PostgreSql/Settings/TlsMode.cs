namespace Yyc3.Connectors.PostgreSql.Settings;

/// <summary>How a connection is protected.</summary>
internal enum TlsMode
{
    /// <summary>Plain text.</summary>
    Disable,

    /// <summary>TLS when the server offers it; nobody asks whose certificate it is.</summary>
    Prefer,

    /// <summary>TLS with a trusted certificate, whatever its name.</summary>
    VerifyAuthority,

    /// <summary>TLS with a trusted certificate of the host.</summary>
    VerifyFull,
}
