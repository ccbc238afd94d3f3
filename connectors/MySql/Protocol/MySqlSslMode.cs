namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>What a connection asks of TLS.</summary>
internal enum MySqlSslMode
{
    /// <summary>No TLS.</summary>
    Disabled,

    /// <summary>TLS when the server offers it, without a claim about who answers.</summary>
    Preferred,

    /// <summary>TLS with a trusted certificate, whatever its name.</summary>
    VerifyCa,

    /// <summary>TLS with a trusted certificate of this host.</summary>
    VerifyFull,
}
