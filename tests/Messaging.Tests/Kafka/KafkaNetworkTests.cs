using System.Net;
using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>The operator's guard holds although the client dials by itself.</summary>
public sealed class KafkaNetworkTests : IAsyncLifetime
{
    private const string Forbidden = "forbidden.example";
    private const string PartlyForbidden = "localhost";

    private readonly ConnectorHarness _harness = new();
    private KafkaMockBroker _broker = null!;

    public async ValueTask InitializeAsync() => _broker = await KafkaMockBroker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _harness.Dispose();
    }

    [Fact]
    public Task Server_that_is_not_allowed_is_not_dialled_even_beside_one_that_is() =>
        AssertForbiddenAsync($"{_broker.BootstrapServers},{Forbidden}:9092");

    [Fact]
    public Task Server_with_one_address_that_is_not_allowed_is_not_dialled() =>
        AssertForbiddenAsync($"{PartlyForbidden}:{_broker.BootstrapServers.Split(':')[1]}");

    [Fact]
    public async Task Broker_that_the_cluster_names_is_not_used_when_it_is_not_allowed()
    {
        await _broker.AdvertiseAsync(1, Forbidden, 9092);
        await AssertForbiddenAsync(_broker.BootstrapServers);
    }

    private async Task AssertForbiddenAsync(string servers)
    {
        await using var connector = new KafkaConnector(Guarded(_harness.Context(new { bootstrapServers = servers })));
        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.SendAsync("topic", [new OutgoingMessage(new byte[1])], default)
        );
        Assert.Equal("ADDRESS_NOT_ALLOWED", fault.Code);
        Assert.Equal("ADDRESS_NOT_ALLOWED", (await connector.CheckAsync(default)).Code);
        Assert.Equal(0, connector.PoolUsage.Open);
    }

    private static ConnectorContext Guarded(ConnectorContext context) =>
        new()
        {
            IntegrationId = context.IntegrationId,
            TenantId = context.TenantId,
            Settings = context.Settings,
            Credentials = context.Credentials,
            Paths = context.Paths,
            Keys = context.Keys,
            Http = context.Http,
            Network = new Guard(context.Network),
            Logger = context.Logger,
            Time = context.Time,
        };

    private sealed class Guard(OutboundNetwork network) : OutboundNetwork
    {
        public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
            string host,
            CancellationToken cancellationToken
        ) =>
            string.Equals(host, Forbidden, StringComparison.Ordinal)
                ? throw new ConnectorException(ErrorKind.PreconditionFailed, "ADDRESS_NOT_ALLOWED", "Not allowed.")
                : network.ResolveAsync(host, cancellationToken);

        public override ValueTask<IReadOnlyList<IPAddress>> ResolveAllAsync(
            string host,
            CancellationToken cancellationToken
        ) =>
            ResolveAsync(
                string.Equals(host, PartlyForbidden, StringComparison.Ordinal) ? Forbidden : host,
                cancellationToken
            );

        public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
            network.CreateHttpHandler(trust);
    }
}
