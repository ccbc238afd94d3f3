using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Turns an open delegate on a service class into one that finds the service itself.</summary>
internal static class ServiceInvoker
{
    public static Func<TInput, ServerCallContext, Task<TResponse>> Close<TService, TInput, TResponse>(
        ServiceSource<TService> source,
        Func<TService, TInput, ServerCallContext, Task<TResponse>> method
    )
        where TService : class
    {
        if (source.IsShared)
        {
            return (input, context) => method(source.Shared, input, context);
        }
        if (source.IsRegistered)
        {
            return (input, context) => method(ServiceSource<TService>.Find(context), input, context);
        }
        return async (input, context) =>
        {
            var service = ServiceSource<TService>.Create(context);
            try
            {
                return await method(service, input, context);
            }
            finally
            {
                await ServiceSource<TService>.ReleaseAsync(service);
            }
        };
    }

    public static Func<TInput, TOutput, ServerCallContext, Task> Close<TService, TInput, TOutput>(
        ServiceSource<TService> source,
        Func<TService, TInput, TOutput, ServerCallContext, Task> method
    )
        where TService : class
    {
        if (source.IsShared)
        {
            return (input, output, context) => method(source.Shared, input, output, context);
        }
        if (source.IsRegistered)
        {
            return (input, output, context) => method(ServiceSource<TService>.Find(context), input, output, context);
        }
        return async (input, output, context) =>
        {
            var service = ServiceSource<TService>.Create(context);
            try
            {
                await method(service, input, output, context);
            }
            finally
            {
                await ServiceSource<TService>.ReleaseAsync(service);
            }
        };
    }
}
