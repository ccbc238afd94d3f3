using Grpc.Core.Interceptors;
using Yyc3.Connectors.Rpc.Calls;

namespace Grpc.AspNetCore.Server;

/// <summary>The interceptors of all services, outermost first.</summary>
public class InterceptorCollection
{
    private readonly List<(Type Type, object[] Args)> _interceptors = [];

    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    public void Add(Type interceptorType, params object[] args) => _interceptors.Add((interceptorType, args));

    internal void CopyTo(InterceptorList list)
    {
        foreach (var (type, args) in _interceptors)
        {
            list.Add(type, args);
        }
    }
}
