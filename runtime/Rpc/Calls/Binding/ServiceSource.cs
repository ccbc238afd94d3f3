using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Gives each call its service: a shared one, one of the request's scope, or one made for the call.</summary>
internal sealed class ServiceSource<TService>
    where TService : class
{
    private static readonly ObjectFactory<TService> Factory = ActivatorUtilities.CreateFactory<TService>([]);

    private readonly IServiceProvider _root;
    private TService? _shared;

    public ServiceSource(IServiceProvider root)
    {
        _root = root;
        var lifetime = root.GetService<RegisteredLifetimes>()?.Of(typeof(TService));
        IsShared = lifetime is ServiceLifetime.Singleton;
        IsRegistered = lifetime is not null;
    }

    /// <summary>A singleton: no request scope has to be opened to find it.</summary>
    public bool IsShared { get; }

    public bool IsRegistered { get; }

    public TService Shared => _shared ??= _root.GetRequiredService<TService>();

    public static TService Create(ServerCallContext context) => Factory(HttpContextOf(context).RequestServices, []);

    public static TService Find(ServerCallContext context) =>
        HttpContextOf(context).RequestServices.GetRequiredService<TService>();

    public static ValueTask ReleaseAsync(TService service)
    {
        if (service is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }
        (service as IDisposable)?.Dispose();
        return default;
    }

    // An interceptor may have wrapped the context.
    private static HttpContext HttpContextOf(ServerCallContext context) =>
        context is ServerCall call ? call.HttpContext : (HttpContext)context.UserState["__HttpContext"];
}
