using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

public sealed class GcsCheckTests(GcsFixture gcs) : ConnectionCheckTests, IAsyncLifetime
{
    private GcsServer _server = null!;
    private GcsServer _secure = null!;

    protected override string MissingCode => "BUCKET_NOT_FOUND";

    public async ValueTask InitializeAsync()
    {
        _server = await gcs.DoubleAsync();
        _secure = await gcs.SecureAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Service_account_is_enough()
    {
        using var connector = gcs.Open(GcsFixture.Settings(_server.Endpoint), account: _server.ServiceAccountJson);
        Assert.True((await connector.CheckAsync(TestContext.Current.CancellationToken)).IsHealthy);
    }

    [Fact]
    public async Task Service_account_that_the_token_service_refuses_is_told()
    {
        using var connector = gcs.Open(
            GcsFixture.Settings(_server.Endpoint),
            account: _server.OtherServiceAccountJson()
        );
        var report = await connector.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("INVALID_CREDENTIALS", false), (report.Code, report.Retryable));
    }

    protected override IConnector OpenHealthy() => gcs.Open(GcsFixture.Settings(_server.Endpoint));

    protected override IConnector OpenAtPort(int port) => gcs.Open(GcsFixture.Settings($"http://127.0.0.1:{port}"));

    protected override IConnector OpenAtUnknownHost() => gcs.Open(GcsFixture.Settings($"http://{UnknownHost}"));

    protected override IConnector OpenWithUntrustedTls() => gcs.Open(GcsFixture.Settings(_secure.Endpoint));

    protected override IConnector OpenWithTrustedTls() =>
        gcs.Open(
            new
            {
                bucket = GcsServer.Bucket,
                endpoint = _secure.Endpoint,
                caCertificate = gcs.Authority.AuthorityPem,
            }
        );

    protected override IConnector OpenWithWrongSecret() =>
        gcs.Open(GcsFixture.Settings(_server.Endpoint), token: WrongSecret);

    protected override IConnector OpenWithMissing() =>
        gcs.Open(GcsFixture.Settings(_server.Endpoint, bucket: "absent"));
}
