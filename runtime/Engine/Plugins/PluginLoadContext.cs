using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>
/// The load context of one plugin version. The SDK is the only assembly shared with the runtime; everything else comes from
/// the plugin's folder, or from the framework.
/// </summary>
internal sealed class PluginLoadContext(string name, string entryPath) : AssemblyLoadContext(name, isCollectible: true)
{
    private static readonly AssemblyName Sdk = typeof(IConnector).Assembly.GetName();
    private static readonly AssemblyName Logging = typeof(ILogger).Assembly.GetName();
    private readonly AssemblyDependencyResolver _resolver = new(entryPath);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (string.Equals(assemblyName.Name, Sdk.Name, StringComparison.Ordinal))
        {
            return IsServedBy(assemblyName.Version)
                ? typeof(IConnector).Assembly
                : throw new NotSupportedException(
                    $"was built against SDK {assemblyName.Version}, this runtime has {Sdk.Version}"
                );
        }

        if (string.Equals(assemblyName.Name, Logging.Name, StringComparison.Ordinal))
        {
            // The SDK's ILogger is the framework's; a copy of the plugin's own would be another type.
            return typeof(ILogger).Assembly;
        }

        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path)
            : IsTypeConverter(assemblyName) ? LoadPrivateCopy(assemblyName)
            : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static bool IsServedBy(Version? wanted) =>
        wanted is null || (wanted.Major == Sdk.Version!.Major && wanted <= Sdk.Version);

    /// <summary>Its static caches hold the plugin's types for ever if they are shared, and the context never unloads.</summary>
    private static bool IsTypeConverter(AssemblyName assemblyName) =>
        string.Equals(assemblyName.Name, "System.ComponentModel.TypeConverter", StringComparison.Ordinal);

    private Assembly? LoadPrivateCopy(AssemblyName assemblyName)
    {
        var path = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
