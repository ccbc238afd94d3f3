using System.Reflection;
using System.Reflection.Metadata;
using System.Runtime.Loader;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>
/// Drops the framework's reflection caches by the hooks it has for hot reload: they hold plugin types (System.Text.Json's
/// above all) and would keep an unloaded context alive. The caches fill again by themselves.
/// </summary>
internal static class ReflectionCaches
{
    public static void Clear()
    {
        foreach (var assembly in AssemblyLoadContext.Default.Assemblies)
        {
            foreach (var hook in assembly.GetCustomAttributes<MetadataUpdateHandlerAttribute>())
            {
                hook.HandlerType.GetMethod(
                        "ClearCache",
                        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic,
                        [typeof(Type[])]
                    )
                    ?.Invoke(null, [null]);
            }
        }
    }
}
