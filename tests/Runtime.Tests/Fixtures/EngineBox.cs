using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Outbound;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Telemetry;
using Yyc3.Connectors.Testing;
using Integration = Yyc3.Connectors.Runtime.Integrations.Integration;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>What lies between a service and its connectors, over a real store and the test plugins.</summary>
internal sealed class EngineBox : IAsyncDisposable
{
    private readonly CredentialStore _credentials;
    private readonly RuntimeMetrics _metrics = new();
    private readonly OutboundGate _outbound = new(new OutboundPolicy(IsStrict: true, []));

    private EngineBox(StateBox state)
    {
        State = state;
        Integrations = new IntegrationStore(state.Store, state.Changes);
        var keys = new DataKeyStore(state.Store, new FileKeyEncryptionKey(state.Options), Clock);
        _credentials = new CredentialStore(state.Store, new CredentialSealer(keys));
        Pool = new ConnectorPool(
            Plugins.Registry,
            Integrations,
            _credentials,
            keys,
            new ConnectorSurroundings(_outbound, NullLoggerFactory.Instance, ConnectorClock, [], []),
            state.Options
        );
        Policies = new CallPolicies(Integrations, Clock);
        Statistics = new StatisticsStore(state.Store, Clock, NullLogger<StatisticsStore>.Instance);
        Calls = new ConnectorCalls(
            Integrations,
            Pool,
            Policies,
            Statistics,
            _metrics,
            Clock,
            NullLogger<ConnectorCalls>.Instance
        );
        Check = new IntegrationCheck(Calls, Integrations, Statistics, Clock);
    }

    public StateBox State { get; }

    public PluginBox Plugins { get; } = new();

    public FakeClock Clock => State.Clock;

    /// <summary>The clock that connectors see; it ends the Echo connector's waiting.</summary>
    public FakeClock ConnectorClock { get; } = new();

    public IntegrationStore Integrations { get; }

    public ConnectorPool Pool { get; }

    public CallPolicies Policies { get; }

    public StatisticsStore Statistics { get; }

    public ConnectorCalls Calls { get; }

    public IntegrationCheck Check { get; }

    /// <summary>An engine with these plugins, each as id@version.</summary>
    public static async Task<EngineBox> CreateAsync(params string[] plugins)
    {
        var box = new EngineBox(await StateBox.CreateAsync());
        foreach (var plugin in plugins)
        {
            var parts = plugin.Split('@');
            box.Plugins.Add(parts[0], parts[1]);
        }

        box.Plugins.Registry.Scan();
        return box;
    }

    public static Integration NewIntegration(
        DateTimeOffset now,
        string provider = "echo",
        IntegrationOptions? options = null
    ) =>
        new()
        {
            Id = Ids.New("int-"),
            TenantId = "default",
            Name = "one",
            Description = "",
            Type = "messaging",
            Provider = provider,
            IsActive = true,
            Settings = new Struct(),
            Options = options ?? new IntegrationOptions(),
            Metadata = new Struct(),
            AuthType = AuthType.None,
            Revision = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };

    public async Task<Integration> AddIntegrationAsync(string provider = "echo", IntegrationOptions? options = null)
    {
        var integration = NewIntegration(Clock.GetUtcNow(), provider, options);
        var credentials = await _credentials.SealAsync(
            integration.TenantId,
            integration.Id,
            new Dictionary<string, string>(StringComparer.Ordinal),
            default
        );
        await Integrations.AddAsync(integration, credentials, default);
        return integration;
    }

    public async Task<Integration> ChangeAsync(Integration integration, Func<Integration, Integration> change)
    {
        var changed = change(integration) with { Revision = integration.Revision + 1 };
        Assert.True(await Integrations.UpdateAsync(changed, null, default));
        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        Statistics.Dispose();
        _outbound.Dispose();
        _metrics.Dispose();
        Plugins.Dispose();
        State.Dispose();
    }
}
