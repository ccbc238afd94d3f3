using System.Net;
using System.Net.Sockets;
using Yyc3.Connectors.Runtime.Outbound;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Outbound;

public sealed class OutboundGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("2606:4700::1111", "Public")]
    [InlineData("127.0.0.1", "Private")]
    [InlineData("127.8.9.10", "Private")]
    [InlineData("10.1.2.3", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("172.16.0.1", "Private")]
    [InlineData("172.32.0.1", "Public")]
    [InlineData("192.168.1.1", "Private")]
    [InlineData("::1", "Private")]
    [InlineData("fd12::1", "Private")]
    [InlineData("::ffff:127.0.0.1", "Private")]
    [InlineData("::ffff:169.254.169.254", "Forbidden")]
    [InlineData("64:ff9b::a9fe:a9fe", "Forbidden")]
    [InlineData("64:ff9b::7f00:1", "Private")]
    [InlineData("2002:7f00:1::", "Private")]
    [InlineData("169.254.169.254", "Forbidden")]
    [InlineData("fd00:ec2::254", "Forbidden")]
    [InlineData("fd00:c1::a9fe:a9fe", "Forbidden")]
    [InlineData("fd20:ce::254", "Forbidden")]
    [InlineData("100.100.100.200", "Forbidden")]
    [InlineData("168.63.129.16", "Forbidden")]
    [InlineData("192.0.0.192", "Forbidden")]
    [InlineData("0.0.0.0", "Forbidden")]
    [InlineData("224.0.0.1", "Forbidden")]
    [InlineData("255.255.255.255", "Forbidden")]
    [InlineData("fe80::1", "Forbidden")]
    [InlineData("::", "Forbidden")]
    public void Address_has_its_reach(string address, string reach) =>
        Assert.Equal(reach, AddressReaches.Of(IPAddress.Parse(address)).ToString());

    [Theory]
    [InlineData("storage", true)]
    [InlineData("database", true)]
    [InlineData("messaging", true)]
    [InlineData("identity", true)]
    [InlineData("payment", false)]
    [InlineData("notification", false)]
    public void Only_infrastructure_may_reach_private_addresses(string type, bool allowed)
    {
        Assert.Equal(allowed, new OutboundPolicy(IsStrict: false, []).AllowsPrivate(type));
        Assert.False(new OutboundPolicy(IsStrict: true, []).AllowsPrivate(type));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    public async Task Private_address_is_refused_however_it_is_written(string host)
    {
        var guard = new OutboundGuard([], allowsPrivate: false);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await guard.ConnectAsync(host, 80, Token));
        Assert.Equal((ErrorKind.PreconditionFailed, "ADDRESS_NOT_ALLOWED"), (error.Kind, error.Code));
        Assert.DoesNotContain(host, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_service_is_refused_even_to_infrastructure()
    {
        var guard = new OutboundGuard([], allowsPrivate: true);
        await Assert.ThrowsAsync<ConnectorException>(async () => await guard.ResolveAsync("169.254.169.254", Token));
    }

    [Fact]
    public async Task Host_with_one_forbidden_address_is_refused_to_a_client_that_dials_by_itself()
    {
        var guard = new OutboundGuard(["listed.example"], allowsPrivate: false)
        {
            LookUp = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Loopback]),
        };
        Assert.Equal([IPAddress.Parse("8.8.8.8")], await guard.ResolveAsync("mixed.example", Token));
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await guard.ResolveAllAsync("mixed.example", Token)
        );
        Assert.Equal((ErrorKind.PreconditionFailed, "ADDRESS_NOT_ALLOWED"), (error.Kind, error.Code));
        Assert.Equal(2, (await guard.ResolveAllAsync("listed.example", Token)).Count);
        Assert.Single(await guard.ResolveAllAsync("8.8.4.4", Token));
    }

    [Fact]
    public async Task Listed_host_is_reached_wherever_it_is()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var guard = new OutboundGuard(["LOCALHOST"], allowsPrivate: false);
        using var socket = await guard.ConnectAsync("localhost", ((IPEndPoint)listener.LocalEndpoint).Port, Token);
        Assert.True(socket.NoDelay);
    }

    [Fact]
    public async Task Http_goes_through_the_guard()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var http = new HttpMessageInvoker(
            new OutboundGuard([], allowsPrivate: false).CreateHttpHandler(CertificateTrust.System)
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => http.SendAsync(request, Token));
        Assert.Contains("ADDRESS_NOT_ALLOWED", Codes(failure));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Name_that_does_not_resolve_is_a_dns_failure()
    {
        var guard = new OutboundGuard([], allowsPrivate: true);
        var failure = await Assert.ThrowsAsync<SocketException>(async () =>
            await guard.ConnectAsync("provider.invalid", 80, Token)
        );
        Assert.Equal(NetworkFault.DnsFailure, NetworkFault.Find(failure)?.Code);
    }

    private static IEnumerable<string> Codes(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is ConnectorException error)
            {
                yield return error.Code;
            }
        }
    }
}
