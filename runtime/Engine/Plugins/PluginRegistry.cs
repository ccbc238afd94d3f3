using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using NuGet.Versioning;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>
/// The plugins of this runtime. Readers see an immutable snapshot that is swapped as a whole; a version that is gone or
/// replaced drains and is unloaded. Thread-safe.
/// </summary>
internal sealed partial class PluginRegistry(
    PluginScanner scanner,
    PluginOptions options,
    TimeProvider time,
    ILogger<PluginRegistry> logger
)
{
    private readonly Lock _scanGate = new();
    private readonly Lock _retiredGate = new();
    private readonly List<PluginVersion> _retired = [];
    private ImmutableArray<PluginVersion> _versions = [];
    private int _generation;

    /// <summary>Raised after a change, from the scanning thread.</summary>
    public event Action? Changed;

    /// <summary>Grows with every change.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>All versions by id, newest first.</summary>
    public ImmutableArray<PluginVersion> Versions
    {
        get
        {
            lock (_retiredGate)
            {
                return _versions;
            }
        }
    }

    /// <summary>Unloaded versions whose code is still in memory because something holds it.</summary>
    public int Zombies
    {
        get
        {
            lock (_retiredGate)
            {
                _retired.RemoveAll(version => version.Remains is { IsAlive: false });
                return _retired.Count(version => version.Remains is { IsAlive: true });
            }
        }
    }

    /// <summary>The newest usable version that the pin allows, or null.</summary>
    /// <param name="id">The connector.</param>
    /// <param name="pin">Exact version, version range, or null for any.</param>
    public PluginVersion? Select(string id, string? pin)
    {
        foreach (var version in Versions)
        {
            if (
                string.Equals(version.Id, id, StringComparison.Ordinal)
                && version.IsUsable
                && Allows(pin, version.Version)
            )
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>Whether a pin is an exact version or a range at all.</summary>
    public static bool IsPin(string pin) => NuGetVersion.TryParse(pin, out _) || VersionRange.TryParse(pin, out _);

    /// <summary>Looks at the folders and takes over what has changed.</summary>
    public void Scan()
    {
        lock (_scanGate)
        {
            var before = Versions;
            var after = scanner
                .Scan(before)
                .OrderBy(version => version.Id, StringComparer.Ordinal)
                .ThenByDescending(version => version.Version)
                .ToImmutableArray();
            if (before.SequenceEqual(after))
            {
                return;
            }

            lock (_retiredGate)
            {
                _versions = after;
            }

            Interlocked.Increment(ref _generation);
            Log(before, after);
            foreach (var gone in before.Except(after))
            {
                _ = RetireAsync(gone);
            }
        }

        Changed?.Invoke();
    }

    private static bool Allows(string? pin, NuGetVersion version) =>
        string.IsNullOrEmpty(pin) ? !version.IsPrerelease
        : NuGetVersion.TryParse(pin, out var exact) ? exact == version
        : VersionRange.TryParse(pin, out var range) && Allows(range, version);

    /// <summary>NuGet takes 2.0.0-beta for a part of [1.0,2.0), and bounds 1.* only from below; who writes these means neither.</summary>
    private static bool Allows(VersionRange range, NuGetVersion version) =>
        range.IsFloating
            ? range.Float.Satisfies(version)
            : range.Satisfies(version)
                && (
                    !version.IsPrerelease
                    || range.MinVersion is { IsPrerelease: true }
                    || range.MaxVersion is { IsPrerelease: true }
                );

    private async Task RetireAsync(PluginVersion version)
    {
        lock (_retiredGate)
        {
            _retired.Add(version);
        }

        if (!await version.RetireAsync(options.DrainTimeout, time))
        {
            LogNotDrained(logger, version.Id, version.Version.ToString());
        }

        if (version.Remains is null)
        {
            // Its code was never loaded.
            lock (_retiredGate)
            {
                _retired.Remove(version);
            }
        }
    }

    private void Log(ImmutableArray<PluginVersion> before, ImmutableArray<PluginVersion> after)
    {
        foreach (var version in after.Except(before))
        {
            if (!version.IsUsable)
            {
                LogFailed(logger, version.Id, version.Version.ToString(), version.Reason);
            }
            else
            {
                LogFound(logger, version.Id, version.Version.ToString());
            }
        }

        foreach (var version in before.Except(after).Where(version => version.IsUsable))
        {
            LogGone(logger, version.Id, version.Version.ToString());
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Plugin {Id} {Version} is ready.")]
    private static partial void LogFound(ILogger logger, string id, string version);

    [LoggerMessage(2, LogLevel.Warning, "Plugin {Id} {Version} cannot be used: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string id, string version, string reason);

    [LoggerMessage(3, LogLevel.Information, "Plugin {Id} {Version} is gone or replaced; it drains.")]
    private static partial void LogGone(ILogger logger, string id, string version);

    [LoggerMessage(4, LogLevel.Warning, "Plugin {Id} {Version} was unloaded with calls still running.")]
    private static partial void LogNotDrained(ILogger logger, string id, string version);
}
