namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>What came is not the protocol.</summary>
/// <param name="message">What was wrong with it, without its content.</param>
internal sealed class RespProtocolException(string message) : Exception(message);
