using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>A host that is told to stop, before it stops listening.</summary>
public sealed class DrainTests
{
    private const byte Serving = 1;
    private const byte NotServing = 2;

    [Fact]
    public async Task A_host_that_is_to_stop_says_so_and_still_takes_calls()
    {
        await using var host = new HostProcess().With("YYC3_DRAINSECONDS", "4");
        await host.StartAsync();
        using var rest = host.Client();
        using var grpc = new GrpcClient(host.Grpc, HostProcess.AdminKey);
        Assert.Equal((200, Serving), await HealthAsync(rest, grpc));

        host.Terminate();
        while (await HealthAsync(rest, grpc) is not (503, NotServing)) { }
        Assert.Equal(200, (await rest.GetAsync("/v1/integrations")).Status);
        var id = await rest.CreateAsync("storage", "local-fs");
        Assert.Equal(200, (await rest.GetAsync($"/v1/integrations/{id}")).Status);
        Assert.Equal(0, await host.WaitForExitAsync());
    }

    private static async Task<(int Http, byte Grpc)> HealthAsync(RestClient rest, GrpcClient grpc)
    {
        var ready = await rest.GetAsync("/health/ready");
        var (body, status) = await grpc.SendAsync("/grpc.health.v1.Health/Check", GrpcClient.Frame([]));
        Assert.Equal(0, status.Code);
        // A frame with a message of one field: the status.
        return (ready.Status, body[^1]);
    }
}
