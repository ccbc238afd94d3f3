using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class CorsTests
{
    [Fact]
    public async Task A_browser_may_ask_before_it_calls()
    {
        await using var server = await RpcTestServer.StartAsync(
            services: services =>
                services.AddCors(cors =>
                    cors.AddDefaultPolicy(policy =>
                        policy.WithOrigins("https://app.example").AllowAnyHeader().AllowAnyMethod()
                    )
                ),
            pipeline: app => app.UseCors()
        );
        var request = server.Request(RpcTestServer.Echo, new ByteArrayContent([]), "application/grpc-web");
        request.Method = HttpMethod.Options;
        request.Content = null;
        request.Headers.Add("origin", "https://app.example");
        request.Headers.Add("access-control-request-method", "POST");
        request.Headers.Add("access-control-request-headers", "x-grpc-web");

        var reply = await server.SendAsync(request);

        Assert.Equal(204, reply.HttpStatus);
        Assert.Equal("https://app.example", reply.Headers["access-control-allow-origin"]);
    }
}
