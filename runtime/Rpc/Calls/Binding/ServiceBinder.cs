using System.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Receives the methods of a generated service and binds each to the class that implements it.</summary>
internal sealed class ServiceBinder<TService>(
    ServiceSource<TService> source,
    IReadOnlyList<Interceptor> interceptors,
    RpcOptions options,
    Google.Protobuf.Reflection.ServiceDescriptor? descriptor
) : ServiceBinderBase
    where TService : class
{
    public List<MethodHandler> Handlers { get; } = [];

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        UnaryServerMethod<TRequest, TResponse>? handler
    )
    {
        var open = Implementation(method, typeof(TRequest), typeof(ServerCallContext))
            .CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>();
        var closed = ServiceInvoker.Close(source, open);
        var pipeline = InterceptorPipeline.Wrap(
            interceptors,
            new UnaryServerMethod<TRequest, TResponse>(closed.Invoke),
            InterceptorPipeline.Around
        );
        Handlers.Add(new UnaryHandler<TRequest, TResponse>(MetadataOf(method), options, method, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ClientStreamingServerMethod<TRequest, TResponse>? handler
    )
    {
        var open = Implementation(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext))
            .CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>();
        var closed = ServiceInvoker.Close(source, open);
        var pipeline = InterceptorPipeline.Wrap(
            interceptors,
            new ClientStreamingServerMethod<TRequest, TResponse>(closed.Invoke),
            InterceptorPipeline.Around
        );
        Handlers.Add(new ClientStreamingHandler<TRequest, TResponse>(MetadataOf(method), options, method, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ServerStreamingServerMethod<TRequest, TResponse>? handler
    )
    {
        var open = Implementation(
                method,
                typeof(TRequest),
                typeof(IServerStreamWriter<TResponse>),
                typeof(ServerCallContext)
            )
            .CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        var closed = ServiceInvoker.Close(source, open);
        var pipeline = InterceptorPipeline.Wrap(
            interceptors,
            new ServerStreamingServerMethod<TRequest, TResponse>(closed.Invoke),
            InterceptorPipeline.Around
        );
        Handlers.Add(new ServerStreamingHandler<TRequest, TResponse>(MetadataOf(method), options, method, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        DuplexStreamingServerMethod<TRequest, TResponse>? handler
    )
    {
        var open = Implementation(
                method,
                typeof(IAsyncStreamReader<TRequest>),
                typeof(IServerStreamWriter<TResponse>),
                typeof(ServerCallContext)
            )
            .CreateDelegate<
                Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>
            >();
        var closed = ServiceInvoker.Close(source, open);
        var pipeline = InterceptorPipeline.Wrap(
            interceptors,
            new DuplexStreamingServerMethod<TRequest, TResponse>(closed.Invoke),
            InterceptorPipeline.Around
        );
        Handlers.Add(new DuplexStreamingHandler<TRequest, TResponse>(MetadataOf(method), options, method, pipeline));
    }

    private RpcMethodMetadata MetadataOf(IMethod method) =>
        new(method, descriptor?.FindMethodByName(method.Name), typeof(TService));

    private static MethodInfo Implementation(IMethod method, params Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name}.");
}
