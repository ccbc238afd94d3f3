using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;
using StatusCode = Grpc.Core.StatusCode;

namespace Yyc3.Connectors.Rpc.Tests.Services;

public sealed class ReflectionTests
{
    private const int HttpExtension = 72295728;
    private const string V1 = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    private const string V1Alpha = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

    [Theory]
    [InlineData(V1)]
    [InlineData(V1Alpha)]
    public async Task Services_are_listed_in_both_versions(string method)
    {
        var answer = await AskAsync(new ServerReflectionRequest { Host = "h", ListServices = "*" }, method);

        Assert.Equal("h", answer.ValidHost);
        Assert.Equal(
            [
                "calls.v1.CallService",
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
            ],
            answer.ListServicesResponse.Service.Select(service => service.Name)
        );
    }

    [Theory]
    [InlineData("calls.v1.CallService")]
    [InlineData("calls.v1.CallService.Echo")]
    [InlineData("calls.v1.EchoRequest")]
    [InlineData("calls.v1.EchoRequest.text")]
    public async Task A_symbol_is_answered_with_its_file(string symbol)
    {
        var answer = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol });

        Assert.Equal("calls/v1/calls.proto", Names(answer).First());
    }

    [Fact]
    public async Task A_file_comes_with_everything_it_imports()
    {
        var answer = await AskAsync(new ServerReflectionRequest { FileByFilename = "calls/v1/calls.proto" });

        Assert.Equal(
            [
                "calls/v1/calls.proto",
                "google/api/annotations.proto",
                "google/api/http.proto",
                "google/protobuf/descriptor.proto",
            ],
            Names(answer)
        );
    }

    [Fact]
    public async Task Extensions_are_found_by_type_and_number()
    {
        var numbers = await AskAsync(
            new ServerReflectionRequest { AllExtensionNumbersOfType = "google.protobuf.MethodOptions" }
        );
        var file = await AskAsync(
            new ServerReflectionRequest
            {
                FileContainingExtension = new ExtensionRequest
                {
                    ContainingType = "google.protobuf.MethodOptions",
                    ExtensionNumber = HttpExtension,
                },
            }
        );
        var none = await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = "calls.v1.EchoRequest" });

        Assert.Equal([HttpExtension], numbers.AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal("google/api/annotations.proto", Names(file).First());
        Assert.Empty(none.AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Fact]
    public async Task What_is_not_known_is_not_found()
    {
        ServerReflectionRequest[] questions =
        [
            new() { FileByFilename = "none.proto" },
            new() { FileContainingSymbol = "no.Symbol" },
            new() { AllExtensionNumbersOfType = "no.Type" },
            new()
            {
                FileContainingExtension = new ExtensionRequest { ContainingType = "no.Type", ExtensionNumber = 1 },
            },
        ];

        foreach (var question in questions)
        {
            var answer = await AskAsync(question);
            Assert.Equal((int)StatusCode.NotFound, answer.ErrorResponse?.ErrorCode);
        }
        Assert.Equal(
            (int)StatusCode.InvalidArgument,
            (await AskAsync(new ServerReflectionRequest())).ErrorResponse?.ErrorCode
        );
    }

    private static async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request, string method = V1)
    {
        await using var server = await RpcTestServer.StartAsync();
        var reply = await server.CallAsync(method, WireFrames.Of(request));
        Assert.Equal(StatusCode.OK, reply.Status);
        return reply.All(ServerReflectionResponse.Parser).Single();
    }

    private static IEnumerable<string> Names(ServerReflectionResponse answer) =>
        answer.FileDescriptorResponse.FileDescriptorProto.Select(bytes =>
            FileDescriptorProto.Parser.ParseFrom(bytes).Name
        );
}
