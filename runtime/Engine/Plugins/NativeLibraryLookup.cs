using System.Runtime.InteropServices;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>Looks for the native libraries that a plugin needs, without running its code.</summary>
internal static class NativeLibraryLookup
{
    /// <summary>Why the plugin cannot be used here and now, or null.</summary>
    public static string? FindMissing(ConnectorManifest manifest) =>
        manifest.NativeLibraries.FirstOrDefault(library => !IsThere(manifest, library)) is { } missing
            ? $"it needs the native library {missing.Name}; get it with: {missing.Obtain}"
            : null;

    private static bool IsThere(ConnectorManifest manifest, NativeLibraryManifest library)
    {
        var carried = $"runtimes/{RuntimeInformation.RuntimeIdentifier}/native/{library.Name}.";
        return manifest.Files.Keys.Any(file => file.StartsWith(carried, StringComparison.Ordinal))
            || (library.Variable is { } variable && File.Exists(Environment.GetEnvironmentVariable(variable)))
            || library.SystemNames.Any(IsOfTheSystem);
    }

    private static bool IsOfTheSystem(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var handle))
        {
            return false;
        }

        NativeLibrary.Free(handle);
        return true;
    }
}
