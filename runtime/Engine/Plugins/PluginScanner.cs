using System.Security.Cryptography;
using NuGet.Versioning;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>Reads plugin folders. Runs none of their code; what is wrong with one never hides another.</summary>
internal sealed class PluginScanner(PluginOptions options)
{
    private static readonly NuGetVersion SdkVersion = new(typeof(IConnector).Assembly.GetName().Version!);

    /// <summary>
    /// Every plugin version found; unchanged ones are the instances given. Of two usable folders with the same id and version
    /// the first counts; failed ones are all told, under the names of their folders.
    /// </summary>
    public IReadOnlyList<PluginVersion> Scan(IReadOnlyCollection<PluginVersion> known)
    {
        var taken = new HashSet<(string Id, NuGetVersion Version)>();
        return
        [
            .. options
                .Directories.SelectMany(directory => VersionFolders(directory, known))
                .Select(folder => ReadFolder(folder, known))
                .OfType<PluginVersion>()
                .Where(plugin => plugin.State == PluginState.Failed || taken.Add((plugin.Id, plugin.Version))),
        ];
    }

    /// <summary>A folder that cannot be listed for a moment keeps what was known below it: its plugins are in use.</summary>
    private static IEnumerable<string> VersionFolders(string directory, IReadOnlyCollection<PluginVersion> known) =>
        Folders(directory) is { } ids
            ? ids.SelectMany(id => Folders(id) ?? KnownBelow(id, known))
            : KnownBelow(directory, known);

    private static IEnumerable<string> KnownBelow(string directory, IReadOnlyCollection<PluginVersion> known)
    {
        var prefix = Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar;
        return known
            .Select(version => version.Folder)
            .Where(folder => folder.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>Null when it cannot be listed.</summary>
    private static List<string>? Folders(string directory)
    {
        try
        {
            return Directory.Exists(directory)
                ?
                [
                    .. Directory
                        .EnumerateDirectories(directory)
                        .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
                        .Order(StringComparer.Ordinal),
                ]
                : [];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null for a folder without a manifest: something else, or a copy that has only begun.</summary>
    private static PluginVersion? ReadFolder(string folder, IReadOnlyCollection<PluginVersion> known)
    {
        var before = known.FirstOrDefault(version => string.Equals(version.Folder, folder, StringComparison.Ordinal));
        byte[] manifest;
        try
        {
            manifest = File.ReadAllBytes(Path.Combine(folder, PluginFiles.ManifestName));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return before ?? Failed(folder, "", null, "its manifest cannot be read");
        }

        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(manifest));
        var isSame = string.Equals(before?.Fingerprint, fingerprint, StringComparison.Ordinal);
        if (isSame && before!.IsSettled)
        {
            return before;
        }

        var read = Read(folder, manifest, fingerprint);
        return isSame && string.Equals(read.Reason, before!.Reason, StringComparison.Ordinal) ? before : read;
    }

    private static PluginVersion Read(string folder, byte[] content, string fingerprint)
    {
        var manifest = default(ConnectorManifest);
        try
        {
            manifest = ManifestReader.Read(content);
            Check(folder, manifest);
            return NativeLibraryLookup.FindMissing(manifest) is { } missing
                ? PluginVersion.Unavailable(manifest, folder, fingerprint, missing)
                : PluginVersion.Ready(manifest, folder, fingerprint);
        }
        catch (Exception fault) when (fault is ManifestException or PluginException)
        {
            return Failed(folder, fingerprint, manifest, fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Failed(folder, fingerprint, manifest, "its files cannot be read");
        }
        catch (Exception fault)
        {
            // Whatever a manifest may hold that nobody thought of, the other plugins are read.
            return Failed(folder, fingerprint, manifest, $"{fault.GetType().Name} while reading its manifest");
        }
    }

    /// <summary>Under the names of its folders: a manifest that lies about them must not pass for another plugin.</summary>
    private static PluginVersion Failed(
        string folder,
        string fingerprint,
        ConnectorManifest? manifest,
        string reason
    ) =>
        PluginVersion.Failed(
            Path.GetFileName(Path.GetDirectoryName(folder)!),
            NuGetVersion.TryParse(Path.GetFileName(folder), out var version) ? version : new NuGetVersion(0, 0, 0),
            folder,
            fingerprint,
            manifest,
            reason
        );

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

        if (!NuGetVersion.TryParse(manifest.Version, out _))
        {
            throw new PluginException($"its version {manifest.Version} is no semantic version");
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
