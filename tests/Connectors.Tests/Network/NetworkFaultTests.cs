using System.Net.Sockets;
using System.Security.Authentication;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Connectors.Tests.Network;

public sealed class NetworkFaultTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, NetworkFault.ConnectionRefused)]
    [InlineData(SocketError.HostNotFound, NetworkFault.DnsFailure)]
    [InlineData(SocketError.TryAgain, NetworkFault.DnsFailure)]
    [InlineData(SocketError.TimedOut, NetworkFault.Timeout)]
    [InlineData(SocketError.NetworkUnreachable, NetworkFault.NetworkUnreachable)]
    [InlineData(SocketError.ConnectionReset, NetworkFault.ConnectionLost)]
    public void Socket_error_has_its_code_however_deep_it_lies(SocketError error, string code)
    {
        var socket = new SocketException((int)error);
        Assert.Equal(code, NetworkFault.Find(socket)?.Code);
        Assert.Equal(code, NetworkFault.Find(new HttpRequestException("x", new IOException("y", socket)))?.Code);
        Assert.Equal(code, NetworkFault.Find(new AggregateException(new InvalidOperationException(), socket))?.Code);
    }

    [Fact]
    public void Tls_failure_is_not_retried()
    {
        var fault = NetworkFault.Find(new IOException("x", new AuthenticationException("y")))!;
        Assert.Equal(NetworkFault.TlsFailure, fault.Code);
        Assert.False(fault.IsRetryable);
        Assert.False(fault.ToReport().Retryable);
    }

    [Fact]
    public void Lost_connection_is_retried()
    {
        var fault = NetworkFault.Find(new EndOfStreamException())!;
        Assert.Equal(NetworkFault.ConnectionLost, fault.Code);
        Assert.Equal(ErrorKind.Unavailable, fault.ToException().Kind);
    }

    [Fact]
    public void Other_failures_are_none_of_the_networks() =>
        Assert.Null(NetworkFault.Find(new InvalidOperationException("x", new FormatException())));

    [Fact]
    public void Disk_failure_is_none_of_the_networks() => Assert.Null(NetworkFault.Find(new FileNotFoundException()));
}
