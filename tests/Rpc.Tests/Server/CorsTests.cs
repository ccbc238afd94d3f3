using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class CorsTests
{
    private const string Origin = "https://app.example";
    private const string Policy = "browsers";

    [Fact]
    public async Task A_browser_may_ask_before_it_calls_a_service_with_a_policy()
    {
        await using var server = await RpcTestServer.StartAsync(
            services: services =>
                services
                    .AddSingleton<ConcurrentBag<CountedService>>()
                    .AddCors(cors =>
                        cors.AddPolicy(Policy, policy => policy.WithOrigins(Origin).AllowAnyHeader().AllowAnyMethod())
                    ),
            pipeline: app =>
            {
                app.UseCors();
                app.MapGrpcService<CountedService>().RequireCors(Policy);
            }
        );

        var allowed = await AskAsync(server, CountedService.Path);
        var other = await AskAsync(server, RpcTestServer.Echo);

        Assert.Equal((204, Origin), (allowed.HttpStatus, allowed.Find("access-control-allow-origin")));
        Assert.Null(other.Find("access-control-allow-origin"));
    }

    private static async Task<RawReply> AskAsync(RpcTestServer server, string path)
    {
        var request = server.Request(path, new ByteArrayContent([]), "application/grpc-web");
        request.Method = HttpMethod.Options;
        request.Content = null;
        request.Headers.Add("origin", Origin);
        request.Headers.Add("access-control-request-method", "POST");
        request.Headers.Add("access-control-request-headers", "x-grpc-web");
        return await server.SendAsync(request);
    }
}
