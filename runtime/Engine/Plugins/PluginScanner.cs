using System.Security.Cryptography;
using NuGet.Versioning;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>Reads plugin folders. Runs none of their code; what is wrong with one never hides another.</summary>
internal sealed class PluginScanner(PluginOptions options)
{
    private static readonly NuGetVersion SdkVersion = new(typeof(IConnector).Assembly.GetName().Version!);

    /// <summary>Every plugin version found; unchanged ones are the instances given.</summary>
    public IReadOnlyList<PluginVersion> Scan(IReadOnlyCollection<PluginVersion> known)
    {
        var found = new Dictionary<(string Id, NuGetVersion Version), PluginVersion>();
        foreach (var folder in options.Directories.SelectMany(VersionFolders))
        {
            var manifest = Path.Combine(folder, PluginFiles.ManifestName);
            if (!File.Exists(manifest) || Fingerprint(manifest) is not { } fingerprint)
            {
                continue;
            }

            var plugin =
                known.FirstOrDefault(version =>
                    string.Equals(version.Folder, folder, StringComparison.Ordinal)
                    && string.Equals(version.Fingerprint, fingerprint, StringComparison.Ordinal)
                    && version.State != PluginState.Failed
                ) ?? Read(folder, manifest, fingerprint);
            found.TryAdd((plugin.Id, plugin.Version), plugin);
        }

        return [.. found.Values];
    }

    private static IEnumerable<string> VersionFolders(string directory) => Folders(directory).SelectMany(Folders);

    private static IEnumerable<string> Folders(string directory)
    {
        try
        {
            return Directory.Exists(directory)
                ? Directory
                    .EnumerateDirectories(directory)
                    .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
                    .Order(StringComparer.Ordinal)
                    .ToList()
                : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Fingerprint(string manifest)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(manifest)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static PluginVersion Read(string folder, string manifestPath, string fingerprint)
    {
        var manifest = default(ConnectorManifest);
        try
        {
            manifest = ManifestReader.Read(File.ReadAllBytes(manifestPath));
            Check(folder, manifest);
            return PluginVersion.Ready(manifest, folder, fingerprint);
        }
        catch (Exception fault)
            when (fault is ManifestException or PluginException or IOException or UnauthorizedAccessException)
        {
            var version = Path.GetFileName(folder);
            return PluginVersion.Failed(
                manifest?.Id ?? Path.GetFileName(Path.GetDirectoryName(folder)!),
                NuGetVersion.TryParse(manifest?.Version ?? version, out var parsed)
                    ? parsed
                    : new NuGetVersion(0, 0, 0),
                folder,
                fingerprint,
                manifest,
                fault is ManifestException or PluginException ? fault.Message : "its files cannot be read"
            );
        }
    }

    private static void Check(string folder, ConnectorManifest manifest)
    {
        var (id, version) = (Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder));
        if (
            !string.Equals(id, manifest.Id, StringComparison.Ordinal)
            || !string.Equals(version, manifest.Version, StringComparison.Ordinal)
        )
        {
            throw new PluginException($"it is {manifest.Id} {manifest.Version} but lies in {id}/{version}");
        }

        if (string.Equals(manifest.Isolation, "process", StringComparison.Ordinal))
        {
            throw new PluginException("isolation 'process' is not available in this version; use 'inProcess'");
        }

        if (!VersionRange.TryParse(manifest.Sdk, out var range))
        {
            throw new PluginException($"its SDK range '{manifest.Sdk}' is no version range");
        }

        if (!range.Satisfies(SdkVersion))
        {
            throw new PluginException(
                $"it asks for SDK {manifest.Sdk}, this runtime has {SdkVersion.ToNormalizedString()}"
            );
        }

        PluginFiles.Verify(folder, manifest);
    }
}
