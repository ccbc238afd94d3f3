namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>State of one plugin version.</summary>
internal enum PluginState
{
    /// <summary>Manifest and hashes are in order; its code is loaded on first use.</summary>
    Ready,

    /// <summary>Its code is loaded.</summary>
    Loaded,

    /// <summary>No new calls; those under way end.</summary>
    Draining,

    /// <summary>Cannot be used.</summary>
    Failed,

    /// <summary>In order, but something of this machine is missing that it needs.</summary>
    Unavailable,
}
