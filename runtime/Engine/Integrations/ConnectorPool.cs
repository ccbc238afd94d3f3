using System.Collections.Concurrent;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// The open connectors, one per integration. A call enters the one that fits the integration's revision and the plugins at
/// hand; when either changes, the next call gets a new one and the old one closes after its last call. Thread-safe.
/// </summary>
internal sealed class ConnectorPool : IAsyncDisposable
{
    /// <summary>A connector that ignores its token must not keep the process from ending.</summary>
    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(10);

    private readonly PluginRegistry _plugins;
    private readonly IntegrationStore _integrations;
    private readonly CredentialStore _credentials;
    private readonly DataKeyStore _keys;
    private readonly ConnectorSurroundings _surroundings;
    private readonly StateOptions _state;
    private readonly ConcurrentDictionary<string, OpenConnector> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public ConnectorPool(
        PluginRegistry plugins,
        IntegrationStore integrations,
        CredentialStore credentials,
        DataKeyStore keys,
        ConnectorSurroundings surroundings,
        StateOptions state
    )
    {
        (_plugins, _integrations, _credentials, _keys) = (plugins, integrations, credentials, keys);
        (_surroundings, _state) = (surroundings, state);
        _plugins.Changed += RetireReplaced;
        _integrations.Changed += Retire;
    }

    /// <summary>Enters the integration's connector; <see cref="OpenConnector.Exit"/> must follow.</summary>
    public ValueTask<OpenConnector> EnterAsync(Integration integration, CancellationToken cancellationToken) =>
        _open.TryGetValue(integration.Id, out var open) && Fits(open, integration) && open.TryEnter()
            ? ValueTask.FromResult(open)
            : OpenAsync(integration, cancellationToken);

    /// <summary>Connections that open connectors keep at their providers, by provider.</summary>
    public IEnumerable<(string Provider, PoolUsage Usage)> Connections =>
        _open
            .Values.Select(open => (open.Plugin.Id, Usage: open.FindUsage()))
            .Where(open => open.Usage is not null)
            .GroupBy(
                open => open.Id,
                open => open.Usage!.Value,
                (provider, usages) => (provider, usages.Aggregate(Add)),
                StringComparer.Ordinal
            );

    public async ValueTask DisposeAsync()
    {
        _plugins.Changed -= RetireReplaced;
        _integrations.Changed -= Retire;
        var open = _open.Values.ToList();
        open.ForEach(connector => connector.Retire());
        await Task.WhenAny(
            Task.WhenAll(open.Select(connector => connector.Closed)),
            Task.Delay(LongestClosing, _surroundings.Time)
        );
        foreach (var gate in _gates)
        {
            gate.Dispose();
        }
    }

    private bool Fits(OpenConnector open, Integration integration)
    {
        if (open.Revision != integration.Revision)
        {
            return false;
        }

        var generation = _plugins.Generation;
        if (open.Generation == generation)
        {
            return true;
        }

        if (!ReferenceEquals(_plugins.Select(integration.Provider, integration.Options.ConnectorVersion), open.Plugin))
        {
            return false;
        }

        open.Generation = generation;
        return true;
    }

    private async ValueTask<OpenConnector> OpenAsync(Integration integration, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)StringComparer.Ordinal.GetHashCode(integration.Id) % _gates.Length];
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (_open.TryGetValue(integration.Id, out var open) && Fits(open, integration) && open.TryEnter())
            {
                return open;
            }

            var made = await MakeAsync(integration, cancellationToken);
            made.TryEnter();
            // A call that read the integration before a change must not push the newer connector out.
            if (open is null || open.Revision <= integration.Revision)
            {
                _open[integration.Id] = made;
                open?.Retire();
                // A change while it was being opened found nothing here to retire.
                if (!_integrations.IsCurrent(integration) || !Fits(made, integration))
                {
                    Retire(integration.Id);
                }
            }
            else
            {
                made.Retire();
            }

            return made;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<OpenConnector> MakeAsync(Integration integration, CancellationToken cancellationToken)
    {
        var secrets = await _credentials.LoadAsync(integration.TenantId, integration.Id, cancellationToken);
        var key = await _keys.CurrentAsync(integration.TenantId, cancellationToken);
        await _keys.LoadAllAsync(integration.TenantId, cancellationToken);
        var generation = _plugins.Generation;
        var plugin = Select(integration) ?? throw Unavailable(integration);
        while (true)
        {
            try
            {
                var connector = plugin.Open(Context(integration, plugin, secrets, key));
                return new OpenConnector(connector, plugin, integration.Revision, generation);
            }
            catch (PluginException fault)
            {
                // It may have been replaced meanwhile, or its code may be broken where an older version's is not.
                generation = _plugins.Generation;
                var next = Select(integration);
                plugin =
                    next is null || ReferenceEquals(next, plugin)
                        ? throw new FaultException(Fault.ConnectorUnavailable, fault) { Reason = fault.Message }
                        : next;
            }
        }
    }

    private static PoolUsage Add(PoolUsage one, PoolUsage other) =>
        new(one.Open + other.Open, one.InUse + other.InUse, one.Waiting + other.Waiting, one.Limit + other.Limit);

    private PluginVersion? Select(Integration integration) =>
        _plugins.Select(integration.Provider, integration.Options.ConnectorVersion);

    private ConnectorContext Context(
        Integration integration,
        PluginVersion plugin,
        IReadOnlyDictionary<string, string> secrets,
        DataKey key
    )
    {
        var isDefault = string.Equals(integration.TenantId, "default", StringComparison.Ordinal);
        var tenants = Path.Combine(_state.DataDirectory, "tenants");
        var (http, network) = _surroundings.Outbound.For(plugin.Manifest!.Type);
        return new ConnectorContext
        {
            IntegrationId = integration.Id,
            TenantId = integration.TenantId,
            Settings = new ConnectorSettings(IntegrationSetup.ForConnector(plugin.Manifest, integration.Settings)),
            Credentials = new ConnectorCredentials(secrets),
            Paths = new LocalPaths(
                isDefault ? _state.DataDirectory : Path.Combine(tenants, integration.TenantId),
                isDefault ? [_state.RuntimeDirectory, tenants, .. _surroundings.ReservedFolders] : [],
                _surroundings.LocalRoots
            ),
            Keys = new ContentKeys(integration.TenantId, key, _keys),
            Http = http,
            Network = network,
            Logger = _surroundings.Loggers.CreateLogger($"Yyc3.Connectors.Integration.{integration.Id}"),
            Time = _surroundings.Time,
        };
    }

    private FaultException Unavailable(Integration integration)
    {
        var failed = _plugins.Versions.FirstOrDefault(version =>
            string.Equals(version.Id, integration.Provider, StringComparison.Ordinal)
        );
        return new FaultException(Fault.ConnectorUnavailable)
        {
            Reason = failed switch
            {
                null => $"the plugin {integration.Provider} is not installed",
                { State: PluginState.Failed or PluginState.Unavailable } =>
                    $"the plugin {integration.Provider} {failed.Trouble}",
                _ => $"no version of {integration.Provider} matches {integration.Options.ConnectorVersion}",
            },
        };
    }

    private void Retire(string integrationId)
    {
        if (_open.TryRemove(integrationId, out var open))
        {
            open.Retire();
        }
    }

    /// <summary>Closes idle connectors of replaced plugins, which no call would come to close.</summary>
    private void RetireReplaced()
    {
        var current = _plugins.Versions;
        foreach (var (id, open) in _open)
        {
            var isNewest = ReferenceEquals(
                current.FirstOrDefault(version =>
                    string.Equals(version.Id, open.Plugin.Id, StringComparison.Ordinal) && version.IsUsable
                ),
                open.Plugin
            );
            if (!isNewest || !current.Contains(open.Plugin))
            {
                // A pinned integration opens the same version again with its next call.
                Retire(id);
            }
        }
    }
}
