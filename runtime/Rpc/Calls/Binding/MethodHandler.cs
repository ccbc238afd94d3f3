using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>One bound method with its interceptors: takes a call, reads, runs the service and writes.</summary>
public abstract class MethodHandler(RpcMethodMetadata metadata, RpcOptions options)
{
    public RpcMethodMetadata Metadata { get; } = metadata;

    public RpcOptions Options { get; } = options;

    public IMethod Method => Metadata.Method;

    public MethodDescriptor? Descriptor => Metadata.Descriptor;

    /// <summary>Name of spans and log lines: package.Service/Method.</summary>
    public string DisplayName { get; } = metadata.Method.FullName.TrimStart('/');

    public abstract Task InvokeAsync(ServerCall call);
}
