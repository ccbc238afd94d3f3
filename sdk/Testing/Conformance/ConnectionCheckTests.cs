using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>
/// The connection test of every connector that has a server: each cause has its own reason. Subclass it and open the connector
/// as each method says; null leaves a cause out that the provider does not have.
/// </summary>
public abstract class ConnectionCheckTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A host that no name server knows (RFC 2606).</summary>
    protected const string UnknownHost = "provider.invalid";

    /// <summary>What the server's secret is not.</summary>
    protected const string WrongSecret = "wrong-0123456789";

    /// <summary>Code for the missing bucket, database, virtual host …; null when the provider has none.</summary>
    protected abstract string? MissingCode { get; }

    /// <summary>Opens with everything right.</summary>
    protected abstract IConnector OpenHealthy();

    /// <summary>Opens with a port of this machine where nothing listens.</summary>
    /// <param name="port">The port.</param>
    protected abstract IConnector OpenAtPort(int port);

    /// <summary>Opens with <see cref="UnknownHost"/>.</summary>
    protected abstract IConnector OpenAtUnknownHost();

    /// <summary>Opens with TLS that the connector cannot trust.</summary>
    protected abstract IConnector? OpenWithUntrustedTls();

    /// <summary>Opens with TLS and the authority of the server's certificate.</summary>
    protected abstract IConnector? OpenWithTrustedTls();

    /// <summary>Opens with <see cref="WrongSecret"/>.</summary>
    protected abstract IConnector? OpenWithWrongSecret();

    /// <summary>Opens with a bucket, database or virtual host that is not there.</summary>
    protected abstract IConnector? OpenWithMissing();

    [Fact]
    public async Task Right_settings_are_healthy() =>
        Assert.Equal(HealthReport.Healthy, await CheckAsync(OpenHealthy()));

    [Fact]
    public Task Refused_port_is_told() =>
        ExpectAsync(OpenAtPort(ClosedPort()), NetworkFault.ConnectionRefused, isRetryable: true);

    [Fact]
    public Task Unknown_host_is_told() => ExpectAsync(OpenAtUnknownHost(), NetworkFault.DnsFailure, isRetryable: true);

    [Fact]
    public Task Untrusted_certificate_is_told() =>
        OpenWithUntrustedTls() is { } connector
            ? ExpectAsync(connector, NetworkFault.TlsFailure, isRetryable: false)
            : Task.CompletedTask;

    [Fact]
    public async Task Certificate_of_a_named_authority_is_trusted()
    {
        if (OpenWithTrustedTls() is { } connector)
        {
            Assert.Equal(HealthReport.Healthy, await CheckAsync(connector));
        }
    }

    [Fact]
    public async Task Wrong_secret_is_told_and_not_repeated()
    {
        if (OpenWithWrongSecret() is not { } connector)
        {
            return;
        }

        var report = await ExpectAsync(connector, "INVALID_CREDENTIALS", isRetryable: false);
        Assert.Equal(HealthState.Healthy, report.Connection);
        Assert.Equal(HealthState.Unhealthy, report.Authentication);
    }

    [Fact]
    public async Task What_is_missing_at_the_provider_is_told()
    {
        if (OpenWithMissing() is { } connector)
        {
            await ExpectAsync(connector, MissingCode!, isRetryable: false);
        }
    }

    private static async Task<HealthReport> ExpectAsync(IConnector connector, string code, bool isRetryable)
    {
        var report = await CheckAsync(connector);
        Assert.Equal(code, report.Code);
        Assert.Equal(isRetryable, report.Retryable);
        Assert.False(report.IsHealthy);
        Assert.NotEmpty(report.Reason!);
        Assert.DoesNotContain(WrongSecret, report.Reason!, StringComparison.Ordinal);
        Assert.DoesNotContain(UnknownHost, report.Reason!, StringComparison.Ordinal);
        return report;
    }

    private static async Task<HealthReport> CheckAsync(IConnector connector)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            return await connector.CheckAsync(limit.Token).AsTask().WaitAsync(Patience, TimeProvider.System, default);
        }
        finally
        {
            await CloseAsync(connector);
        }
    }

    private static async ValueTask CloseAsync(IConnector connector)
    {
        if (connector is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
        else
        {
            (connector as IDisposable)?.Dispose();
        }
    }

    private static int ClosedPort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
