using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>Where to connect, as whom, and how much a pool may keep.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port.</param>
/// <param name="Database">Database that statements run in.</param>
/// <param name="User">User.</param>
/// <param name="Password">Password.</param>
internal sealed record MySqlConnectionOptions(string Host, int Port, string Database, string User, string Password)
{
    public MySqlSslMode SslMode { get; init; } = MySqlSslMode.Preferred;

    public CertificateTrust Trust { get; init; } = CertificateTrust.System;

    public int MaximumPoolSize { get; init; } = 10;

    /// <summary>Most bytes of one row, or of anything else that the server sends at once.</summary>
    public int LongestRow { get; init; } = 64 * 1024 * 1024;

    /// <summary>Compiled statements that one connection keeps.</summary>
    public int StatementCacheSize { get; init; } = 64;

    /// <summary>Longest time until a new connection is ready.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A connection that was idle for longer is asked whether it lives before it is used.</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopped statement may take to end before its connection is broken.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a statement that goes on in spite of a KILL is sent another.</summary>
    public TimeSpan StopAgainAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    public override string ToString() => $"{Host}:{Port}";
}
