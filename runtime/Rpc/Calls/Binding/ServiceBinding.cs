using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Finds the generated code behind a service class and binds its methods.</summary>
public static class ServiceBinding
{
    public static IReadOnlyList<MethodHandler> Bind<TService>(IServiceProvider services, RpcOptions options)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        var attribute = AttributeOf(typeof(TService));
        var binder = new ServiceBinder<TService>(
            new ServiceSource<TService>(services),
            options.Interceptors.Resolve(services),
            options,
            DescriptorOf(typeof(TService))
        );
        BindMethod(attribute).Invoke(null, [binder, null]);
        return binder.Handlers;
    }

    /// <summary>The descriptor of a service class or of its generated base.</summary>
    public static ServiceDescriptor? DescriptorOf(Type service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return (ServiceDescriptor?)
            AttributeOf(service)
                .BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)
                ?.GetValue(null);
    }

    private static MethodInfo BindMethod(BindServiceMethodAttribute attribute) =>
        attribute
            .BindType.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .FirstOrDefault(method =>
                string.Equals(method.Name, attribute.BindMethodName, StringComparison.Ordinal)
                && method.GetParameters() is [{ } binder, _]
                && binder.ParameterType == typeof(ServiceBinderBase)
            )
        ?? throw new InvalidOperationException($"{attribute.BindType} has no {attribute.BindMethodName}.");

    private static BindServiceMethodAttribute AttributeOf(Type service) =>
        service.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
        ?? throw new InvalidOperationException($"{service} does not derive from a generated service base.");
}
