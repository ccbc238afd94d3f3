using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>Interceptors by type or instance. Each lives once per list, whatever number of methods it wraps.</summary>
public sealed class InterceptorList
{
    private readonly Lock _gate = new();
    private readonly List<Func<IServiceProvider, Interceptor>> _sources = [];
    private Interceptor[]? _resolved;

    public int Count => _sources.Count;

    public void Add(Interceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        _sources.Add(_ => interceptor);
    }

    public void Add<TInterceptor>()
        where TInterceptor : Interceptor => Add(typeof(TInterceptor));

    /// <summary>Taken from the container if it is registered there, else created with these arguments.</summary>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        ArgumentNullException.ThrowIfNull(args);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
        {
            throw new ArgumentException($"{interceptorType} is no {typeof(Interceptor)}.", nameof(interceptorType));
        }
        _sources.Add(services =>
            (args.Length == 0 ? (Interceptor?)services.GetService(interceptorType) : null)
            ?? (Interceptor)ActivatorUtilities.CreateInstance(services, interceptorType, args)
        );
    }

    internal IReadOnlyList<Interceptor> Resolve(IServiceProvider services)
    {
        lock (_gate)
        {
            return _resolved ??= [.. _sources.Select(source => source(services))];
        }
    }
}
