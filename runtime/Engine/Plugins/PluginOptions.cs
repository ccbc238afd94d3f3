namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>Where plugins are found: each folder holds <c>&lt;id&gt;/&lt;version&gt;/connector.json</c>.</summary>
internal sealed class PluginOptions
{
    /// <summary>Absolute folders; those that do not exist yet are watched for.</summary>
    public required IReadOnlyList<string> Directories { get; init; }

    /// <summary>How long a replaced version may finish its calls before it is unloaded anyway.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
