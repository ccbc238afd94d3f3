using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>A plugin folder with copies of the plugins below tests/TestPlugins, and a registry that looks at it.</summary>
internal sealed class PluginBox : IDisposable
{
    private static readonly string Built = Path.GetFullPath(
        Path.Combine(
            AppContext.BaseDirectory,
            "../../../test-plugins",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))
        )
    );

    private readonly TempFolder _folder = new();

    public PluginBox()
    {
        Options = new PluginOptions { Directories = [_folder.Under("plugins"), _folder.Under("more")] };
        Registry = new PluginRegistry(new PluginScanner(Options), Options, Clock, NullLogger<PluginRegistry>.Instance);
    }

    public FakeClock Clock { get; } = new();

    public PluginOptions Options { get; }

    public PluginRegistry Registry { get; }

    public string Root => Options.Directories[0];

    public static ConnectorContext Context(TimeProvider time, string tenantId = "default") =>
        new()
        {
            IntegrationId = "int-1",
            TenantId = tenantId,
            Settings = new ConnectorSettings(JsonDocument.Parse("{}").RootElement),
            Credentials = new ConnectorCredentials(new Dictionary<string, string>(StringComparer.Ordinal)),
            Paths = new LocalPaths(Path.GetTempPath(), [], []),
            Keys = new NoKeys(),
            Http = NoHttp.Client,
            Network = null!,
            Logger = NullLogger.Instance,
            Time = time,
        };

    /// <summary>Copies a built plugin and returns its folder; scan afterwards.</summary>
    public string Add(string id, string version = "1.0.0") => AddAs(id, version, id, version);

    /// <summary>Copies a built plugin under another name or version.</summary>
    public string AddAs(string builtId, string builtVersion, string id, string version, string? root = null)
    {
        var staging = _folder.Under(".staging", Guid.NewGuid().ToString("N"));
        Copy(Path.Combine(Built, builtId, builtVersion), staging);
        Edit(
            staging,
            manifest =>
            {
                manifest["id"] = id;
                manifest["version"] = version;
            }
        );
        var folder = Path.Combine(root ?? Root, id, version);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        Directory.Move(staging, folder);
        return folder;
    }

    public static void Edit(string folder, Action<JsonObject> change)
    {
        var path = Path.Combine(folder, PluginFiles.ManifestName);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    public PluginVersion Version(string id, string version = "1.0.0") =>
        Assert.Single(
            Registry.Versions,
            found =>
                string.Equals(found.Id, id, StringComparison.Ordinal)
                && string.Equals(found.Version.ToNormalizedString(), version, StringComparison.Ordinal)
        );

    public string? Selected(string id, string? pin = null) => Registry.Select(id, pin)?.Version.ToNormalizedString();

    public void Dispose() => _folder.Dispose();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
