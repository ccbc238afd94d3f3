namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>What <c>connector.json</c> says of a plugin. Read and checked before any of its code runs. Immutable.</summary>
public sealed record ConnectorManifest
{
    /// <summary>Lower-case id with dashes, unique among connectors: <c>aws-s3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Semantic version of the plugin: <c>1.4.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>One sentence for people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Integration type it serves: <c>storage</c>, <c>database</c>, <c>messaging</c> …</summary>
    public required string Type { get; init; }

    /// <summary>Range of SDK versions it works with, in NuGet notation: <c>[1.0,2.0)</c>.</summary>
    public required string Sdk { get; init; }

    /// <summary>Assembly file in the plugin's folder that carries the <see cref="ConnectorAttribute"/>.</summary>
    public required string Entry { get; init; }

    /// <summary>Where it runs: <c>inProcess</c> (default) or <c>process</c>.</summary>
    public string Isolation { get; init; } = "inProcess";

    /// <summary>What it can do: <c>storage</c>, <c>database</c>, <c>messaging.send</c>, <c>messaging.receive</c>,
    /// <c>records.read</c>, <c>records.write</c>, <c>actions</c>.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>Values of <c>auth.type</c> it takes; <c>none</c> when it needs no credentials.</summary>
    public required IReadOnlyList<string> AuthTypes { get; init; }

    /// <summary>Schema of settings and credentials; properties marked <c>secret</c> are credentials.</summary>
    public required JsonSchema Settings { get; init; }

    /// <summary>Actions by name.</summary>
    public IReadOnlyList<ActionManifest> Actions { get; init; } = [];

    /// <summary>Hosts it may connect to besides those in its settings; <c>*</c> stands for one label.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Native libraries it needs and may not carry.</summary>
    public IReadOnlyList<NativeLibraryManifest> NativeLibraries { get; init; } = [];

    /// <summary>SHA-256 of each file in the folder, lower-case hex, by relative path with forward slashes.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
