using System.Security.Cryptography;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>Compares a plugin's folder with the hashes in its manifest.</summary>
internal static class PluginFiles
{
    public const string ManifestName = "connector.json";

    /// <exception cref="PluginException">A file is missing, changed, or not listed.</exception>
    public static void Verify(string folder, ConnectorManifest manifest)
    {
        if (!manifest.Files.ContainsKey(manifest.Entry))
        {
            throw new PluginException($"its manifest lists no hash of {manifest.Entry}");
        }

        foreach (var (name, expected) in manifest.Files)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new PluginException($"the file {name} is missing");
            }

            using var content = File.OpenRead(path);
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(content)), expected, StringComparison.Ordinal))
            {
                throw new PluginException($"the file {name} does not have the hash its manifest lists");
            }
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!manifest.Files.ContainsKey(name) && !string.Equals(name, ManifestName, StringComparison.Ordinal))
            {
                throw new PluginException($"the file {name} is not listed in its manifest");
            }
        }
    }
}
