using Yyc3.Connectors.Rpc.Calls;

namespace Grpc.AspNetCore.Server;

/// <summary>Settings of all gRPC services of a host.</summary>
public class GrpcServiceOptions
{
    /// <summary>Most bytes of one request message after inflation; null means no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most bytes of one response message before compression; null means no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Tells callers the type and message of an unexpected exception. Never in production.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>"gzip" compresses responses for clients that take it; null leaves that to the service.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public InterceptorCollection Interceptors { get; } = new();

    internal RpcOptions ToRpcOptions()
    {
        var options = new RpcOptions
        {
            MaxReceiveMessageSize = MaxReceiveMessageSize,
            MaxSendMessageSize = MaxSendMessageSize,
            EnableDetailedErrors = EnableDetailedErrors is true,
        };
        Interceptors.CopyTo(options.Interceptors);
        return options;
    }
}
