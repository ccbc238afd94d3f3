namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>The server's bytes make no sense; the connection is of no use any more.</summary>
/// <param name="message">What is wrong.</param>
internal sealed class MySqlProtocolException(string message) : Exception(message);
