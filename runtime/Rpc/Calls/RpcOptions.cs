namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>Limits and interceptors of the calls of one transport.</summary>
public sealed class RpcOptions
{
    /// <summary>Most bytes of one request message after inflation; null means no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most bytes of one response message before compression; null means no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Tells callers the type and message of an unexpected exception. Never in production.</summary>
    public bool EnableDetailedErrors { get; set; }

    /// <summary>Run in this order, the first one outermost.</summary>
    public InterceptorList Interceptors { get; } = new();
}
