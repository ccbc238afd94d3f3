using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>What must have happened before the first call is taken: schema, a key to get in with, the plugins known.</summary>
internal sealed class RuntimeStartup(
    MigrationRunner migrations,
    BootstrapKey bootstrapKey,
    PluginRegistry plugins,
    RuntimeSettings settings,
    RuntimeMetrics metrics,
    FirstKey firstKey,
    ILogger<PluginRegistry> logger
) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        PluginCrashGuard.Install(logger);
        await migrations.RunAsync(cancellationToken);
        firstKey.Value = await bootstrapKey.EnsureAsync(settings.ApiKey, cancellationToken);
        plugins.Scan();
        metrics.Watch(
            "plugin.versions",
            "Plugin versions by state.",
            () =>
                plugins
                    .Versions.GroupBy(version => version.State)
                    .Select(group => new System.Diagnostics.Metrics.Measurement<int>(
                        group.Count(),
                        new KeyValuePair<string, object?>("state", group.Key.ToString().ToLowerInvariant())
                    ))
        );
        metrics.Watch(
            "plugin.zombies",
            "Unloaded plugin versions whose code is still in memory.",
            () => [new System.Diagnostics.Metrics.Measurement<int>(plugins.Zombies)]
        );
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
