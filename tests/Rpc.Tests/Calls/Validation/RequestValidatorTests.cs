using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Rpc.Rest;
using Yyc3.Connectors.Rpc.Tests.Lab;
using Yyc3.Connectors.Rpc.Tests.Rest;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Calls.Validation;

public sealed class RequestValidatorTests
{
    private const string Create = "/lab.v1.LabService/CreateThing";

    [Fact]
    public async Task A_broken_rule_is_named_over_gRPC_as_over_REST()
    {
        await using var server = await StartAsync();
        var request = new CreateThingRequest
        {
            Name = "a",
            Parts =
            {
                new Part { Label = "x" },
                new Part(),
            },
        };

        var reply = await server.CallAsync(Create, WireFrames.Of(request));

        Assert.Equal(StatusCode.InvalidArgument, reply.Status);
        Assert.Equal("INVALID_REQUEST", reply.Details!.Code);
        Assert.Equal("parts[1].label", reply.Details.Field);
        Assert.Equal("is required", reply.Details.Reason);
    }

    [Fact]
    public async Task A_number_that_is_no_value_of_the_enum_is_refused()
    {
        await using var server = await StartAsync();
        var request = new CreateThingRequest { Name = "a", State = (State)77 };

        var reply = await server.CallAsync(Create, WireFrames.Of(request));

        Assert.Equal("state", reply.Details!.Field);
        Assert.Equal("is not one of the defined values", reply.Details.Reason);
    }

    [Fact]
    public async Task Server_streams_are_checked_and_good_requests_pass()
    {
        await using var server = await StartAsync();

        var good = await server.CallAsync(Create, WireFrames.Of(new CreateThingRequest { Name = "a", Size = 1000 }));
        var stream = await server.CallAsync("/lab.v1.LabService/Watch", WireFrames.Of(new WatchRequest { Count = 2 }));

        Assert.Equal(StatusCode.OK, good.Status);
        Assert.Equal(2, stream.Frames.Count);
    }

    [Fact]
    public async Task The_error_envelope_stays_out_of_gRPC()
    {
        await using var server = await StartAsync();

        var reply = await server.CallAsync("/lab.v1.LabService/Nothing", []);

        Assert.Equal(StatusCode.Unimplemented, reply.Status);
        Assert.StartsWith("application/grpc", reply.Headers["content-type"], StringComparison.Ordinal);
        Assert.False(reply.Headers.ContainsKey("x-request-id"));
    }

    private static Task<RpcTestServer> StartAsync() =>
        RpcTestServer.StartAsync(
            options => options.Interceptors.Add<RequestValidator>(),
            pipeline: app =>
            {
                app.UseRestErrors();
                app.MapGrpcService<RestLabService>();
            }
        );
}
