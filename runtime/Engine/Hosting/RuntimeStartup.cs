using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Telemetry;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>What must have happened before the first call is taken: schema, a key to get in with, the plugins known.</summary>
internal sealed class RuntimeStartup(
    DataDirectoryLock directory,
    StateGate store,
    MigrationRunner migrations,
    KeyCheck keys,
    BootstrapKey bootstrapKey,
    PluginRegistry plugins,
    ConnectorPool connectors,
    RuntimeSettings settings,
    RuntimeMetrics metrics,
    FirstKey firstKey,
    ILogger<PluginRegistry> logger
) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        PluginCrashGuard.Install(logger);
        if (!directory.TryTake())
        {
            throw RuntimeSettingsException.OfSetting(
                "DataDir",
                "is in use by another host that runs; each needs its own, and several share what they know by the setting Store"
            );
        }

        await OpenStoreAsync(cancellationToken);
        firstKey.Value = await bootstrapKey.EnsureAsync(settings.ApiKey, cancellationToken);
        plugins.Scan();
        metrics.Watch(
            "plugin.versions",
            "Plugin versions by state.",
            () =>
                plugins
                    .Versions.GroupBy(version => version.State)
                    .Select(group => new Measurement<int>(
                        group.Count(),
                        new KeyValuePair<string, object?>("state", group.Key.ToString().ToLowerInvariant())
                    ))
        );
        metrics.Watch(
            "plugin.zombies",
            "Unloaded plugin versions whose code is still in memory.",
            () => [new Measurement<int>(plugins.Zombies)]
        );
        metrics.Watch(
            "connector.pool.connections",
            "Connections to providers, by state.",
            () => connectors.Connections.SelectMany(pool => Measure(pool.Provider, pool.Usage))
        );
        metrics.Watch(
            "connector.pool.waiting",
            "Calls that wait for a connection.",
            () => connectors.Connections.Select(pool => Measure(pool.Provider, pool.Usage.Waiting))
        );
        metrics.Watch(
            "connector.pool.limit",
            "Most connections at once.",
            () => connectors.Connections.Select(pool => Measure(pool.Provider, pool.Usage.Limit))
        );
    }

    private static IEnumerable<Measurement<int>> Measure(string provider, PoolUsage usage) =>
        [
            new(usage.InUse, new("provider", provider), new("state", "used")),
            new(usage.Open - usage.InUse, new("provider", provider), new("state", "idle")),
        ];

    private static Measurement<int> Measure(string provider, int count) =>
        new(count, new KeyValuePair<string, object?>("provider", provider));

    private async Task OpenStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.WaitAsync(cancellationToken);
        }
        catch (StateRefusedException fault) when (settings.Store is not null)
        {
            throw RuntimeSettingsException.OfSetting("Store", fault.Message);
        }

        await migrations.RunAsync(cancellationToken);
        await keys.RunAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
