using Confluent.Kafka;
using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Kafka.Connections;
using Yyc3.Connectors.Kafka.Native;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>TLS and SASL PLAIN are those of a door before the mock cluster, which has neither.</summary>
public sealed class KafkaCheckTests : ConnectionCheckTests, IAsyncLifetime
{
    private const string Secret = "right-0123456789";

    private readonly ConnectorHarness _harness = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private KafkaFront _front = null!;

    // A cluster has no parts that settings name.
    protected override string? MissingCode => null;

    public async ValueTask InitializeAsync() => _front = await KafkaFront.StartAsync(_authority, Secret);

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _harness.Dispose();
    }

    [Fact]
    public async Task Messages_travel_over_TLS_with_a_password()
    {
        await using var connector = Open(_authority.AuthorityPem, Secret);
        var sent = await connector.SendAsync("topic", [new OutgoingMessage("x"u8.ToArray())], default);
        var request = new ReceiveRequest("topic", "group") { Wait = TimeSpan.FromSeconds(20) };
        var received = Assert.Single(await connector.ReceiveAsync(request, default));
        Assert.Equal(sent[0].MessageId, received.MessageId);
        Assert.Equal([SettleOutcome.Done], await connector.AcknowledgeAsync([received.Receipt], default));
    }

    [Fact]
    public async Task Calls_with_a_wrong_password_say_so_at_once()
    {
        await using var connector = Open(_authority.AuthorityPem, WrongSecret);
        var begun = TimeProvider.System.GetTimestamp();
        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.SendAsync("topic", [new OutgoingMessage("x"u8.ToArray())], default)
        );
        Assert.Equal((ErrorKind.Unauthenticated, "INVALID_CREDENTIALS"), (fault.Kind, fault.Code));
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Native_client_trusts_no_other_authority_either()
    {
        // The connector dials itself first and would stop there.
        await KafkaMockBroker.MakeLibraryAsync();
        ClientLibrary.Default.Load();
        var options = KafkaOptions.Read(Context(TestAuthority.Create().AuthorityPem, Secret));
        var error = new TaskCompletionSource<ErrorCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var producer = new ProducerBuilder<byte[], byte[]>(ClientSettings.ForProducer(options))
            .SetErrorHandler((_, told) => error.TrySetResult(told.Code))
            .SetLogHandler((_, _) => { })
            .Build();
        Assert.Equal(
            ErrorCode.Local_Ssl,
            await error.Task.WaitAsync(
                TimeSpan.FromSeconds(20),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );
    }

    protected override IConnector OpenHealthy() => Open(_authority.AuthorityPem, Secret);

    protected override IConnector OpenAtPort(int port) => KafkaFixture.Open(_harness, $"127.0.0.1:{port}");

    protected override IConnector OpenAtUnknownHost() => KafkaFixture.Open(_harness, UnknownHost);

    protected override IConnector OpenWithUntrustedTls() => Open(TestAuthority.Create().AuthorityPem, Secret);

    protected override IConnector OpenWithTrustedTls() => Open(_authority.AuthorityPem, Secret);

    protected override IConnector OpenWithWrongSecret() => Open(_authority.AuthorityPem, WrongSecret);

    protected override IConnector? OpenWithMissing() => null;

    private KafkaConnector Open(string authority, string password) => new(Context(authority, password));

    private ConnectorContext Context(string authority, string password) =>
        _harness.Context(
            new
            {
                bootstrapServers = _front.BootstrapServers,
                securityProtocol = "sasl_ssl",
                caCertificate = authority,
            },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["username"] = "user", ["password"] = password }
        );
}
