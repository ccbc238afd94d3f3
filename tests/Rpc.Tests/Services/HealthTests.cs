using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Services.Health;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using StatusCode = Grpc.Core.StatusCode;

namespace Yyc3.Connectors.Rpc.Tests.Services;

public sealed class HealthTests
{
    private const string Check = "/grpc.health.v1.Health/Check";
    private const string List = "/grpc.health.v1.Health/List";
    private const string Watch = "/grpc.health.v1.Health/Watch";

    [Fact]
    public async Task Check_tells_the_state_of_the_server_and_of_each_service()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Services.GetRequiredService<HealthState>().Set("storage", ServingStatus.NotServing);

        Assert.Equal(ServingStatus.Serving, await CheckAsync(server, ""));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(server, "storage"));
        var unknown = await server.CallAsync(Check, WireFrames.Of(new HealthCheckRequest { Service = "nothing" }));
        Assert.Equal(StatusCode.NotFound, unknown.Status);
        var list = await server.CallAsync(List, WireFrames.Of(new HealthListRequest()));
        Assert.Equal(["", "storage"], list.All(HealthListResponse.Parser).Single().Statuses.Keys.Order());
    }

    [Fact]
    public async Task Watch_reports_each_change_of_a_service_unknown_at_first()
    {
        await using var server = await RpcTestServer.StartAsync();
        var state = server.Services.GetRequiredService<HealthState>();
        using var body = new ByteArrayContent(WireFrames.Of(new HealthCheckRequest { Service = "storage" }));
        using var response = await server.BeginAsync(Watch, body, TestContext.Current.CancellationToken);
        var replies = new LiveReplies(await response.Content.ReadAsStreamAsync());

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(replies));
        state.Set("storage", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(replies));
        state.Set("other", ServingStatus.NotServing);
        state.Set("storage", ServingStatus.Serving);
        state.StopServing();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(replies));
    }

    [Fact]
    public async Task An_open_watch_does_not_hold_up_a_shutdown()
    {
        var server = await RpcTestServer.StartAsync();
        using var body = new ByteArrayContent(WireFrames.Of(new HealthCheckRequest()));
        using var response = await server.BeginAsync(Watch, body, TestContext.Current.CancellationToken);
        var replies = new LiveReplies(await response.Content.ReadAsStreamAsync());
        Assert.Equal(ServingStatus.Serving, await NextAsync(replies));

        var stopping = server.StopAsync();

        Assert.Null(await replies.NextAsync(HealthCheckResponse.Parser));
        Assert.Equal("14", response.TrailingHeaders.GetValues("grpc-status").Single());
        await stopping;
        await server.DisposeAsync();
    }

    private static async Task<ServingStatus?> NextAsync(LiveReplies replies) =>
        (await replies.NextAsync(HealthCheckResponse.Parser))?.Status;

    private static async Task<ServingStatus> CheckAsync(RpcTestServer server, string service)
    {
        var reply = await server.CallAsync(Check, WireFrames.Of(new HealthCheckRequest { Service = service }));
        return reply.All(HealthCheckResponse.Parser).Single().Status;
    }
}
