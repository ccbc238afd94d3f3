using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Puts interceptors round a method once, when it is bound; the first one ends up outermost.</summary>
internal static class InterceptorPipeline
{
    public static TMethod Wrap<TMethod>(
        IReadOnlyList<Interceptor> interceptors,
        TMethod method,
        Func<Interceptor, TMethod, TMethod> around
    ) => interceptors.Reverse().Aggregate(method, (inner, interceptor) => around(interceptor, inner));

    public static UnaryServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        Interceptor interceptor,
        UnaryServerMethod<TRequest, TResponse> next
    )
        where TRequest : class
        where TResponse : class
    {
        // Bound here: a virtual method that is also generic would be looked up in a table at every call.
        Func<TRequest, ServerCallContext, UnaryServerMethod<TRequest, TResponse>, Task<TResponse>> step =
            interceptor.UnaryServerHandler;
        return (request, context) => step(request, context, next);
    }

    public static ClientStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        Interceptor interceptor,
        ClientStreamingServerMethod<TRequest, TResponse> next
    )
        where TRequest : class
        where TResponse : class =>
        (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, next);

    public static ServerStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        Interceptor interceptor,
        ServerStreamingServerMethod<TRequest, TResponse> next
    )
        where TRequest : class
        where TResponse : class =>
        (request, responses, context) => interceptor.ServerStreamingServerHandler(request, responses, context, next);

    public static DuplexStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        Interceptor interceptor,
        DuplexStreamingServerMethod<TRequest, TResponse> next
    )
        where TRequest : class
        where TResponse : class =>
        (requests, responses, context) => interceptor.DuplexStreamingServerHandler(requests, responses, context, next);
}
