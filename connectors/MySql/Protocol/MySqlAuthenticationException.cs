namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>The server asks for a way to authenticate that is not spoken here, or that would give the password away.</summary>
/// <param name="plugin">The server's name for it, for the log.</param>
internal sealed class MySqlAuthenticationException(string plugin)
    : Exception($"Authentication by {plugin} is not supported.");
