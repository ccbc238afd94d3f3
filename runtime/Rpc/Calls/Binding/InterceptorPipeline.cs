using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Puts interceptors round a method once, when it is bound; the first one ends up outermost.</summary>
internal static class InterceptorPipeline
{
    public static UnaryServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<Interceptor> interceptors,
        UnaryServerMethod<TRequest, TResponse> method
    )
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var next = method;
            method = (request, context) => interceptor.UnaryServerHandler(request, context, next);
        }
        return method;
    }

    public static ClientStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<Interceptor> interceptors,
        ClientStreamingServerMethod<TRequest, TResponse> method
    )
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var next = method;
            method = (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, next);
        }
        return method;
    }

    public static ServerStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<Interceptor> interceptors,
        ServerStreamingServerMethod<TRequest, TResponse> method
    )
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var next = method;
            method = (request, responses, context) =>
                interceptor.ServerStreamingServerHandler(request, responses, context, next);
        }
        return method;
    }

    public static DuplexStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<Interceptor> interceptors,
        DuplexStreamingServerMethod<TRequest, TResponse> method
    )
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var next = method;
            method = (requests, responses, context) =>
                interceptor.DuplexStreamingServerHandler(requests, responses, context, next);
        }
        return method;
    }
}
